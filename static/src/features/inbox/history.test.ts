import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as client from '../../api/client';
import { markRead } from './history';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells what was read in the middle of a burst, for every thread', () => {
  const told = vi.spyOn(client, 'post').mockResolvedValue(undefined as never);
  for (let n = 1; n <= 10; n++) {
    markRead(7, n);
    if (n === 2) markRead(8, 100);
    vi.advanceTimersByTime(40);
  }
  expect(told.mock.calls).toEqual([
    ['/api/conversations/7/read', { message_id: 7 }],
    ['/api/conversations/8/read', { message_id: 100 }],
  ]);
  vi.advanceTimersByTime(250);
  expect(told).toHaveBeenLastCalledWith('/api/conversations/7/read', { message_id: 10 });
  expect(told).toHaveBeenCalledTimes(3);
});
