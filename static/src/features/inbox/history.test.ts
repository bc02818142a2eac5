import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as client from '../../api/client';
import { Problem } from '../../api/problem';
import { hub } from '../../realtime/hub.svelte';
import type { Message } from '../../api/types';
import { message } from '../../realtime/testing';
import { Thread } from '../../realtime/thread.svelte';
import { loadNewer, markRead } from './history';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

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

describe('where there is no server for the moment', () => {
  const told = () => vi.spyOn(client, 'post');

  it('tells later, the last mark alone', async () => {
    const post = told().mockRejectedValue(Problem.offline());
    markRead(7, 1);
    await vi.advanceTimersByTimeAsync(300);
    markRead(7, 2);
    await vi.advanceTimersByTimeAsync(5000);
    post.mockReset().mockResolvedValue(undefined as never);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(post.mock.calls).toEqual([['/api/conversations/7/read', { message_id: 2 }]]);
  });

  it('does not repeat what was refused, nor tell it for the next person', async () => {
    const post = told().mockRejectedValue(new Problem(404, 'not_found', ''));
    markRead(7, 1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(post).toHaveBeenCalledTimes(1);
    post.mockReset().mockRejectedValue(Problem.offline());
    hub.store.me = 5;
    markRead(7, 2);
    await vi.advanceTimersByTimeAsync(300);
    hub.store.me = 6;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(post).toHaveBeenCalledTimes(1);
  });
});
