import { flushSync } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { hub } from '../realtime/hub.svelte';
import { resource, type Resource } from './resource.svelte';

let end = (): void => {};
afterEach(() => end());
type Asked = { key: number; signal: AbortSignal; answer: (text: string) => void; refuse: (error: unknown) => void };

function made(options: { key?: () => number | null; keep?: boolean } = {}) {
  const asked: Asked[] = [];
  let it!: Resource<string, number | null>;
  end = $effect.root(() => {
    it = resource<string, number | null>(
      (signal, key) => new Promise((answer, refuse) => asked.push({ key, signal, answer, refuse })),
      options,
    );
  });
  flushSync();
  return { it, asked };
}
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

it('asks once, and shows the answer', async () => {
  const { it, asked } = made();
  expect([asked.length, it.loading, it.data]).toEqual([1, true, undefined]);
  asked[0]!.answer('here');
  await settled();
  expect([it.loading, it.data, it.error]).toEqual([false, 'here', null]);
});

it('of another key: the old question is dropped, and so is its answer', async () => {
  let key = $state(1);
  const { it, asked } = made({ key: () => key });
  asked[0]!.answer('one');
  await settled();
  key = 2;
  flushSync();
  expect([asked.length, it.data]).toEqual([2, undefined]);
  key = 3;
  flushSync();
  expect([asked[1]!.signal.aborted, asked[2]!.signal.aborted, it.loading]).toEqual([true, false, true]);
  asked[2]!.answer('three');
  await settled();
  asked[1]!.answer('two, late');
  await settled();
  expect(it.data).toBe('three');
});

it('keeps the last answer over a change of filter, where that is wanted', async () => {
  let key = $state(1);
  const { it, asked } = made({ key: () => key, keep: true });
  asked[0]!.answer('one');
  await settled();
  key = 2;
  flushSync();
  expect([it.data, it.loading]).toEqual(['one', true]);
});

it('asks for nothing while there is no key', () => {
  const { it, asked } = made({ key: () => null });
  expect([asked.length, it.loading]).toEqual([0, false]);
});

it('asks again when the feed had a hole, with what it knows in sight; a failure does not take it away', async () => {
  const { it, asked } = made();
  asked[0]!.answer('here');
  await settled();
  hub.generation++;
  flushSync();
  expect([asked.length, it.data]).toEqual([2, 'here']);
  asked[1]!.refuse(new Problem(503, 'overloaded', '', {}, 'req-1'));
  await settled();
  expect([it.data, it.error?.requestId, it.loading]).toEqual(['here', 'req-1', false]);
  void it.reload();
  expect(it.error).toBeNull();
  asked[2]!.answer('again');
  await settled();
  expect(it.data).toBe('again');
});

it('a change’s answer is not overwritten by an older question', async () => {
  const { it, asked } = made();
  it.set('changed');
  asked[0]!.answer('old');
  await settled();
  expect([it.data, it.loading]).toEqual(['changed', false]);
});

it('stops with its component', () => {
  const { asked } = made();
  end();
  expect(asked[0]!.signal.aborted).toBe(true);
  hub.generation++;
  flushSync();
  expect(asked).toHaveLength(1);
});

it('does not ask again because what the loader read has changed', () => {
  let other = $state(1);
  const seen = vi.fn();
  end = $effect.root(() => {
    resource(async () => seen(other));
  });
  flushSync();
  other = 2;
  flushSync();
  expect(seen).toHaveBeenCalledTimes(1);
});
