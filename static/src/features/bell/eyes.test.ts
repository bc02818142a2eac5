import { afterEach, expect, it, vi } from 'vitest';
import { Tabs } from './eyes';

afterEach(() => vi.restoreAllMocks());

it('finds the eyes in this tab, in another one, or nowhere', async () => {
  let focused = true;
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused);
  const own = new Tabs(() => 5, 'eyes.test');
  expect([await own.eyes(5), await own.eyes(6)]).toEqual(['there', 'here']);
  focused = false;
  const other = new Tabs(() => 6, 'eyes.test');
  expect(await own.eyes(6)).toBe('away');
  const asking = own.eyes(6);
  // By the time the question arrives the other one has the focus.
  focused = true;
  expect(await asking).toBe('there');
  own.close();
  other.close();
});
