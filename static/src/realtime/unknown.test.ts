import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { Unknown } from './unknown';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const later = (ms = 500): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function made(answer: (id: number) => Promise<void> = async () => {}) {
  const load = vi.fn(answer);
  const gone = vi.fn();
  return { unknown: new Unknown({ load, gone }), load, gone };
}

it('asks once for each, however many frames name it', async () => {
  const { unknown, load } = made();
  for (let n = 0; n < 300; n++) unknown.want(1 + (n % 3));
  await later();
  expect(load.mock.calls.map(([id]) => id)).toEqual([1, 2, 3]);
});

it('does not ask again for one that is gone', async () => {
  const { unknown, load, gone } = made(() => Promise.reject(new Problem(404, 'not_found', '')));
  for (let n = 0; n < 10; n++) (unknown.want(1), await later());
  expect([load.mock.calls.length, gone.mock.calls]).toEqual([1, [[1]]]);
  // It may be there after a hole in the feed; and when it comes into view it is.
  unknown.forget();
  unknown.want(1);
  await later();
  unknown.doubt(1);
  await later();
  expect(load).toHaveBeenCalledTimes(3);
});

it('after a failure it waits, instead of asking with every event', async () => {
  const { unknown, load, gone } = made(() => Promise.reject(Problem.offline()));
  for (let n = 0; n < 20; n++) (unknown.want(1), await later());
  expect(load).toHaveBeenCalledTimes(1);
  await later(30_000);
  unknown.want(1);
  await later();
  expect([load.mock.calls.length, gone.mock.calls.length]).toEqual([2, 0]);
});

it('a doubt while the answer is under way is asked about afterwards', async () => {
  let answer!: () => void;
  const { unknown, load } = made(() => new Promise((done) => (answer = done)));
  unknown.want(1);
  await later();
  unknown.want(1);
  unknown.doubt(1);
  expect(load).toHaveBeenCalledTimes(1);
  answer();
  await later();
  expect(load).toHaveBeenCalledTimes(2);
});

it('asks for twenty at a time', async () => {
  const answers: (() => void)[] = [];
  const { unknown, load } = made(() => new Promise((done) => answers.push(done)));
  for (let id = 1; id <= 50; id++) unknown.want(id);
  await later();
  expect(load).toHaveBeenCalledTimes(20);
  answers.splice(0).forEach((it) => it());
  await later();
  expect(load).toHaveBeenCalledTimes(40);
});

it('an answer for one person takes nothing from the next', async () => {
  vi.useFakeTimers();
  let refuse = (_: unknown): void => {};
  const gone = vi.fn();
  const unknown = new Unknown({ load: () => new Promise((_, no) => (refuse = no)), gone });
  unknown.want(1);
  await vi.advanceTimersByTimeAsync(200);
  unknown.clear();
  refuse(new Problem(404, 'not_found', ''));
  await vi.advanceTimersByTimeAsync(0);
  expect(gone).not.toHaveBeenCalled();
});
