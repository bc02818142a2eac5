import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batched } from './batch';

let frames: (() => void)[];
const flush = vi.fn<(items: number[]) => void>();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => void (frames[id - 1] = () => {}));
  flush.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const paint = (): void => frames.splice(0).forEach((run) => run());

it('gives what one frame brought at once, and only once', () => {
  const add = batched(flush);
  [1, 2, 3].forEach(add);
  expect(flush).not.toHaveBeenCalled();
  paint();
  vi.runAllTimers();
  expect(flush.mock.calls).toEqual([[[1, 2, 3]]]);
});

it('does not wait for a frame that never comes: the tab was hidden after it was asked for', () => {
  const add = batched(flush);
  add(1);
  vi.advanceTimersByTime(200);
  add(2);
  vi.advanceTimersByTime(200);
  paint();
  expect(flush.mock.calls).toEqual([[[1]], [[2]]]);
});

it('goes on after a flush that failed', () => {
  flush.mockImplementationOnce(() => {
    throw new Error('broken');
  });
  const add = batched(flush);
  add(1);
  expect(paint).toThrow('broken');
  add(2);
  paint();
  expect(flush).toHaveBeenLastCalledWith([2]);
});
