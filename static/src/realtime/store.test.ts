import { expect, it } from 'vitest';
import { MAX_ROWS, MAX_THREADS, Store } from './store.svelte';
import { conversation, message } from './testing';
import { MAX_MESSAGES, Thread } from './thread.svelte';

const range = (from: number, to: number): ReturnType<typeof message>[] =>
  Array.from({ length: to - from + 1 }, (_, i) => message({ id: from + i }));

it('keeps at most 5,000 rows and drops the quietest', () => {
  const store = new Store();
  for (let id = 1; id <= MAX_ROWS + 1; id++) {
    store.putRow(conversation({ id, updated_at: new Date(id * 1000).toISOString() }));
  }
  expect(store.conversations.size).toBeLessThanOrEqual(MAX_ROWS);
  expect(store.row(1)).toBeUndefined();
  expect(store.row(MAX_ROWS + 1)).toBeDefined();
});

it('keeps the open conversation, however quiet', () => {
  const store = new Store();
  store.setOpen(1);
  for (let id = 1; id <= MAX_ROWS + 1; id++) store.putRow(conversation({ id, updated_at: new Date(id * 1000).toISOString() }));
  expect([store.row(1)?.id, store.row(2)]).toEqual([1, undefined]);
});

it('keeps the 20 threads used last, and always the open one', () => {
  const store = new Store();
  store.thread(1);
  store.setOpen(1);
  for (let id = 2; id <= MAX_THREADS + 10; id++) store.thread(id);
  expect(store.heldThread(1)).toBeDefined();
  expect(store.heldThread(2)).toBeUndefined();
  expect(store.heldThread(MAX_THREADS + 10)).toBeDefined();
});

it('keeps 500 messages of a thread read at its end, and knows that older ones exist', () => {
  const thread = new Thread(1);
  thread.takeNewest(range(1, 50).reverse(), null);
  for (const it of range(51, 700)) thread.takeLive(it, true);
  expect(thread.messages).toHaveLength(MAX_MESSAGES);
  expect(thread.messages.at(-1)?.id).toBe(700);
  expect(thread.trimmed).toBe(true);
  expect(thread.cursor).not.toBeNull();
});

it('lets nothing go while someone reads above', () => {
  const thread = new Thread(1);
  thread.takeNewest(range(1, 490).reverse(), null);
  thread.atEnd = false;
  for (const it of range(491, 600)) thread.takeLive(it, true);
  expect(thread.messages).toHaveLength(600);
  thread.atEnd = true;
  thread.trim();
  expect(thread.messages).toHaveLength(MAX_MESSAGES);
});

it('drops what it holds rather than show a hole', () => {
  const thread = new Thread(1);
  thread.takeNewest(range(1, 30).reverse(), null);
  thread.takeNewest(range(90, 120).reverse(), 'older');
  expect(thread.messages[0]?.id).toBe(90);
  expect(thread.cursor).toBe('older');
});

it('joins a fresh page to what it holds when they touch', () => {
  const thread = new Thread(1);
  thread.takeNewest(range(1, 30).reverse(), null);
  thread.takeNewest(range(20, 60).reverse(), 'older');
  expect(thread.messages.map((it) => it.id)).toEqual(range(1, 60).map((it) => it.id));
  expect(thread.cursor).toBeNull();
});

it('keeps a message that came while the page was on its way', () => {
  const thread = new Thread(1);
  thread.loading = true;
  thread.takeLive(message({ id: 31 }), true);
  thread.takeNewest(range(1, 30).reverse(), null);
  expect(thread.messages.at(-1)?.id).toBe(31);
});
