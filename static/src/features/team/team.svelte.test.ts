import { flushSync } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import { hub } from '../../realtime/hub.svelte';
import { team } from './team.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
const person = (id: number) => ({ id, name: `person ${id}`, email: `${id}@x`, is_active: true });
const asked = vi.mocked(get);
const answers = (...ids: number[]) => asked.mockResolvedValue({ operators: ids.map(person) });
const names = (): string[] => team.operators.map((it) => it.name);
const settled = async (): Promise<void> => {
  flushSync();
  await new Promise((done) => setTimeout(done));
  flushSync();
};
let me = 100;
beforeEach(async () => {
  asked.mockReset();
  hub.presence.online.clear();
  hub.store.me = me++;
});
/** A part of a page that shows the team. */
const shown = (): (() => void) =>
  $effect.root(() => {
    $effect(() => team.ensure());
  });

it('is asked for once, however many show it, and once more after a hole in the feed', async () => {
  answers(1, 2);
  const ends = [shown(), shown(), shown()];
  await settled();
  // The first beginning of the feed brings nothing new to a list just asked for.
  expect([asked.mock.calls.length, names()]).toEqual([1, ['person 1', 'person 2']]);
  hub.generation++;
  await settled();
  answers(1, 2, 3);
  const before = asked.mock.calls.length;
  hub.generation++;
  await settled();
  expect([asked.mock.calls.length - before, names().length]).toEqual([1, 3]);
  ends.forEach((end) => end());
});

it('knows somebody hired since, when they come online in the sight of an open page', async () => {
  answers(1);
  const end = shown();
  await settled();
  answers(1, 2);
  hub.presence.online.add(2);
  await settled();
  expect(names()).toEqual(['person 1', 'person 2']);
  // One who is in no list is asked for once.
  const before = asked.mock.calls.length;
  hub.presence.online.add(99);
  await settled();
  hub.presence.online.delete(2);
  await settled();
  expect(asked.mock.calls.length - before).toBe(1);
  end();
});

it('a list that failed is asked for again by the next who shows it, each time once', async () => {
  asked.mockRejectedValue(new Error('offline'));
  const first = shown();
  await settled();
  const second = [shown(), shown()];
  await settled();
  expect([asked.mock.calls.length, team.error instanceof Error]).toEqual([2, true]);
  answers(1);
  const third = shown();
  await settled();
  expect([asked.mock.calls.length, names(), team.error]).toEqual([3, ['person 1'], null]);
  [first, ...second, third].forEach((end) => end());
});

it('a list that failed is asked for again when the link is back, and not before by itself', async () => {
  asked.mockRejectedValue(new Error('offline'));
  const end = shown();
  await settled();
  await settled();
  expect([asked.mock.calls.length, team.error instanceof Error]).toEqual([1, true]);
  answers(1);
  hub.generation++;
  await settled();
  expect([names(), team.error]).toEqual([['person 1'], null]);
  end();
});

it('of two answers the one asked for last stays', async () => {
  let late = (_: unknown): void => {};
  asked.mockReturnValueOnce(new Promise((done) => (late = done)));
  const first = team.reload();
  answers(1, 2);
  await team.reload();
  late({ operators: [person(1)] });
  await first;
  expect(names()).toEqual(['person 1', 'person 2']);
});
