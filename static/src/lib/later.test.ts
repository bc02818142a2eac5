import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Later, soon } from './later.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

it('is loaded once, however often it is asked for', async () => {
  const load = vi.fn(() => Promise.resolve({ default: 'pane' }));
  const pane = new Later(load);
  expect(load).not.toHaveBeenCalled();
  pane.ask();
  pane.ask();
  await settle();
  pane.ask();
  expect([pane.value, load.mock.calls.length]).toEqual(['pane', 1]);
});

it('says that it did not come, and comes when asked again', async () => {
  const load = vi.fn<() => Promise<{ default: string }>>().mockRejectedValueOnce(new TypeError('offline'));
  const pane = new Later(load.mockResolvedValue({ default: 'pane' }));
  pane.ask();
  await settle();
  expect(pane.failure).toBeInstanceOf(TypeError);
  pane.ask();
  await settle();
  expect([pane.value, pane.failure]).toEqual(['pane', null]);
});

it('is asked for until it comes where nobody can ask once more', async () => {
  const load = vi.fn<() => Promise<{ default: string }>>();
  for (let n = 0; n < 3; n++) load.mockRejectedValueOnce(new TypeError('offline'));
  const pane = new Later(load.mockResolvedValue({ default: 'pane' }));
  pane.insist();
  pane.insist();
  await settle();
  expect([pane.value, load.mock.calls.length]).toEqual([null, 1]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect([pane.value, load.mock.calls.length]).toEqual(['pane', 4]);
});

it('what is wanted soon comes at the first sign of a hand, once', () => {
  const ask = vi.fn();
  soon(ask);
  expect(ask).not.toHaveBeenCalled();
  dispatchEvent(new Event('pointermove'));
  dispatchEvent(new Event('keydown'));
  vi.advanceTimersByTime(10_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('or when nothing has happened for a while, unless the page is left', () => {
  const [stayed, left] = [vi.fn(), vi.fn()];
  soon(stayed);
  soon(left)();
  vi.advanceTimersByTime(2999);
  expect(stayed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect([stayed.mock.calls.length, left.mock.calls.length]).toEqual([1, 0]);
});
