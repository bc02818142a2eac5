import { describe, expect, it } from 'vitest';
import { MAX_ROWS, MAX_THREADS, Store } from './store.svelte';
import { conversation, message } from './testing';
import { MAX_MESSAGES, MAX_READING, Thread } from './thread.svelte';

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

describe('reading above the end', () => {
  const read = (): Thread => {
    const thread = new Thread(1);
    thread.takeNewest(range(9001, 9490).reverse(), 'more');
    thread.atEnd = false;
    return thread;
  };
  const ends = (it: Thread): (number | undefined)[] => [it.messages[0]?.id, it.messages.at(-1)?.id];

  it('keeps what is read and what was just asked for, however much it is', () => {
    const thread = read();
    for (let from = 8801; from > 6000; from -= 200) {
      const last = thread.messages.at(-1)?.id;
      thread.eyes = thread.messages[0]?.id ?? null;
      thread.takeOlder(range(from, from + 199).reverse(), 'more');
      // First it only grows, then it only shrinks: the screen can tell which of it has moved.
      expect(ends(thread)).toEqual([from, last]);
      thread.trimBelow();
      expect(thread.messages[0]?.id).toBe(from);
      expect(thread.messages.length).toBeLessThanOrEqual(MAX_READING);
    }
    expect(thread.cut).toBe(true);
  });

  it('does not let the live end grow without bound, nor cut what is under the eyes', () => {
    const thread = read();
    thread.eyes = 9480;
    for (const it of range(9491, 12000)) thread.takeLive(it, true);
    expect(thread.messages.length).toBeLessThanOrEqual(MAX_READING);
    expect(ends(thread)[0]).toBe(9001);
    expect([thread.cut, thread.later]).toEqual([true, 2000]);
  });

  it('shows the end again when it is asked for, whole', () => {
    const thread = read();
    for (const it of range(9491, 12000)) thread.takeLive(it, true);
    thread.atEnd = true;
    thread.takeNewest(range(11951, 12000).reverse(), 'more');
    expect([ends(thread), thread.cut, thread.later]).toEqual([[11951, 12000], false, 0]);
  });

  it('goes on downwards page by page, without a hole', () => {
    const thread = read();
    for (const it of range(9491, 10200)) thread.takeLive(it, true);
    const last = thread.messages.at(-1)?.id ?? 0;
    thread.eyes = last;
    thread.takeNewer(range(last + 1, last + 100), false);
    expect([thread.messages.at(-1)?.id, thread.cut]).toEqual([last + 100, true]);
    thread.trimAbove();
    expect([thread.messages.length, thread.trimmed]).toEqual([MAX_READING, true]);
    thread.takeNewer(range(last + 101, 10200), true);
    expect([thread.messages.at(-1)?.id, thread.cut]).toEqual([10200, false]);
    thread.takeLive(message({ id: 10201 }), true);
    expect(thread.messages.at(-1)?.id).toBe(10201);
  });

  it('lets the rest go when the end is shown', () => {
    const thread = read();
    for (const it of range(9491, 9700)) thread.takeLive(it, true);
    expect(thread.messages).toHaveLength(700);
    thread.atEnd = true;
    thread.trim();
    expect([thread.messages.length, thread.messages.at(-1)?.id]).toEqual([MAX_MESSAGES, 9700]);
  });
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

it('after a hole a list’s figures are newer than what the feed told before it', () => {
  const store = new Store();
  store.counts.take({ all: { unread: 5, waiting: 5 } });
  store.counts.offer({ mine: 0, unassigned: 0, all: 1 });
  expect(store.counts.of('all').unread).toBe(5);
  store.markStale();
  store.counts.offer({ mine: 0, unassigned: 0, all: 2 }, { all: 1 });
  expect(store.counts.of('all')).toEqual({ unread: 2, waiting: 1 });
});

it('keeps the open thread when its conversation leaves, to be loaded again should it return', () => {
  const store = new Store();
  for (const id of [1, 2]) {
    store.putRow(conversation({ id }));
    store.thread(id).takeNewest([message({ id: 1, conversation_id: id })], null);
  }
  const [open, other] = [store.thread(1), store.thread(2)];
  store.setOpen(1);
  for (const id of [1, 2]) store.removeRow(id);
  expect([store.heldThread(1) === open, open.stale]).toEqual([true, true]);
  expect(store.heldThread(2)).toBeUndefined();
  expect(other.stale).toBe(false);
});
