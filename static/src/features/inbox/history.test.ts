import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as client from '../../api/client';
import { Problem } from '../../api/problem';
import { hub } from '../../realtime/hub.svelte';
import type { Message } from '../../api/types';
import { conversation, message } from '../../realtime/testing';
import { Thread } from '../../realtime/thread.svelte';
import { loadNewer, loadNewest, loadOlder, markRead, markUnread } from './history';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('a mark of what was read is kept until the server has it; the counter goes at once', () => {
  hub.store.putRow(conversation({ id: 7, unread: 3 }));
  const kept = vi.spyOn(hub.changes, 'add');
  markRead(7, 12);
  expect(hub.store.row(7)?.unread).toBe(0);
  const read = { kind: 'read', body: { message_id: 12 }, show: { unread: 0 }, due: Date.now() + 250 };
  expect(kept.mock.calls).toEqual([[{ conversation_id: 7, ...read }]]);
});

describe('unread again', () => {
  const at = (id: number, direction: Message['direction'] = 'in'): Message => message({ id, conversation_id: 17, direction });

  it('counts from the message on, or from the customer’s last word before it, and shows the line there', () => {
    hub.store.putRow(conversation({ id: 17, unread: 0, read_up_to: 14 }));
    const thread = hub.store.thread(17);
    thread.takeNewest([at(14, 'out'), at(13), at(12), at(11, 'out'), at(10)], null);
    thread.readUpTo = 14;
    const kept = vi.spyOn(hub.changes, 'add').mockImplementation(() => ({}) as never);
    const row = () => hub.store.row(17)!;
    markUnread(row(), 14);
    expect([row().unread, row().read_up_to, thread.newAfter, thread.keptUnread]).toEqual([1, 12, 12, true]);
    markUnread(row(), 11);
    expect([row().unread, row().read_up_to]).toEqual([2, 10]);
    // What was unread before stays so.
    markUnread(row(), 13);
    expect([row().unread, thread.newAfter]).toEqual([2, 10]);
    expect(kept.mock.calls.at(1)).toEqual([
      { conversation_id: 17, kind: 'read', body: { unread_from: 11 }, show: { unread: 2 } },
    ]);
  });

  it('knows of a row alone that there is something', () => {
    hub.store.putRow(conversation({ id: 8, unread: 0 }));
    vi.spyOn(hub.changes, 'add').mockImplementation(() => ({}) as never);
    markUnread(hub.store.row(8)!, 20);
    expect(hub.store.row(8)?.unread).toBe(1);
  });
});

it('brings what follows a thread whose end was let go, from the end backwards, without a hole', async () => {
  const thread = new Thread(1);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message({ id: to - i }));
  thread.takeNewest(range(1, 50), null);
  thread.cut = true;
  const pages = { '': range(301, 500), a: range(101, 300), b: range(1, 100) } as Record<string, Message[]>;
  const asked = vi.spyOn(client, 'get').mockImplementation(async (path) => {
    const cursor = /cursor=(\w)/.exec(path)?.[1] ?? '';
    return { messages: pages[cursor], next_cursor: cursor === '' ? 'a' : cursor === 'a' ? 'b' : null } as never;
  });
  await loadNewer(thread);
  expect([thread.messages.length, thread.messages.at(-1)?.id, thread.cut, asked.mock.calls.length]).toEqual([100, 100, true, 3]);
  thread.takeNewer(range(101, 400), false);
  await loadNewer(thread);
  expect([thread.messages.length, thread.cut, asked.mock.calls.length]).toEqual([500, false, 4]);
});

describe('a hole in the feed while a page is under way', () => {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message({ id: to - i }));
  const ids = (thread: Thread): number[] => thread.messages.map((it) => it.id);
  /** The server's answers, in the order of asking: each when it is let go. */
  function answers(): ((messages: Message[], next?: string) => Promise<void>)[] {
    const waiting: ((messages: Message[], next?: string) => Promise<void>)[] = [];
    vi.spyOn(client, 'get').mockImplementation(
      () =>
        new Promise((done) => {
          waiting.push(async (messages, next) => {
            done({ messages, next_cursor: next ?? null } as never);
            await vi.advanceTimersByTimeAsync(0);
          });
        }),
    );
    return waiting;
  }

  it('asks for the first page again', async () => {
    const thread = new Thread(1);
    const asked = answers();
    void loadNewest(thread);
    thread.doubt();
    void loadNewest(thread);
    // From before the hole, then one from after it and one by the feed.
    await asked[0]!(range(1, 5));
    thread.takeLive(message({ id: 9 }), true);
    expect(thread.stale).toBe(true);
    await asked[1]!(range(6, 9), 'older');
    expect([ids(thread), thread.stale, thread.cursor, asked.length]).toEqual([[6, 7, 8, 9], false, 'older', 2]);
  });

  it('asks for the newest page after an older one', async () => {
    const thread = new Thread(1);
    thread.takeNewest(range(11, 20), 'older');
    const asked = answers();
    void loadOlder(thread);
    thread.doubt();
    void loadNewest(thread);
    await asked[0]!(range(1, 10));
    await asked[1]!(range(15, 25), 'x');
    expect([ids(thread).at(0), ids(thread).at(-1), thread.messages.length, thread.stale]).toEqual([1, 25, 25, false]);
  });

  it('takes no message from behind the hole for one that touches', () => {
    const thread = new Thread(1);
    thread.takeNewest(range(1, 10), null);
    thread.doubt();
    thread.takeLive(message({ id: 90 }), true);
    thread.takeNewest(range(60, 90), 'older');
    expect(ids(thread)[0]).toBe(60);
  });

  it('is mended at the next attempt when the first fails', async () => {
    const thread = new Thread(1);
    thread.takeNewest(range(1, 10), null);
    thread.doubt();
    vi.spyOn(client, 'get').mockRejectedValueOnce(Problem.offline());
    await loadNewest(thread);
    expect([thread.error !== null, thread.stale]).toEqual([true, true]);
    vi.spyOn(client, 'get').mockResolvedValueOnce({ messages: range(5, 12), next_cursor: null } as never);
    await loadNewest(thread);
    expect([thread.error, thread.stale, ids(thread).at(-1)]).toEqual([null, false, 12]);
  });

  it('keeps what comes by the feed while the end of a cut thread, or a page with an older version, is under way', async () => {
    const thread = new Thread(1);
    thread.takeNewest(range(1, 10), null);
    thread.cut = true;
    const asked = answers();
    void loadNewest(thread);
    thread.takeLive(message({ id: 61 }), true);
    thread.takeLive(message({ id: 55, seq: 99, text: 'changed' }), false);
    await asked[0]!(range(31, 60), 'older');
    expect([ids(thread)[0], ids(thread).at(-1), thread.cut]).toEqual([31, 61, false]);
    expect(thread.messages.find((it) => it.id === 55)?.text).toBe('changed');
  });
});
