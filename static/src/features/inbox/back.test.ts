import { afterEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import type { Message } from '../../api/types';
import { Thread } from '../../realtime/thread.svelte';
import { messageOf } from './address';
import { loadBackTo, loadNewest, loadOlder } from './history';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
afterEach(() => vi.mocked(get).mockReset());

const page = (from: number, to: number): unknown => ({
  messages: Array.from({ length: from - to + 1 }, (_, i) => ({ id: from - i, seq: from - i }) as Message),
  next_cursor: to > 1 ? String(to) : null,
});

it('goes back to the message a search has found, and no further', async () => {
  const thread = new Thread(1);
  thread.atEnd = false;
  vi.mocked(get)
    .mockResolvedValueOnce(page(1000, 951))
    .mockResolvedValueOnce(page(950, 751))
    .mockResolvedValueOnce(page(750, 551));
  await loadNewest(thread);
  await loadBackTo(thread, 600);
  expect([thread.messages[0]?.id, thread.messages.length]).toEqual([551, 450]);
  expect(vi.mocked(get)).toHaveBeenCalledTimes(3);
});

it('waits for a page that somebody else brings', async () => {
  const thread = new Thread(1);
  vi.mocked(get)
    .mockResolvedValueOnce(page(100, 51))
    .mockImplementationOnce(() => new Promise((done) => setTimeout(() => done(page(50, 1) as never), 80)));
  await loadNewest(thread);
  await Promise.all([loadOlder(thread), loadBackTo(thread, 1)]);
  expect(thread.messages[0]?.id).toBe(1);
  expect(vi.mocked(get)).toHaveBeenCalledTimes(2);
});

it('reads the message out of an address', () => {
  expect([messageOf('#m12'), messageOf(''), messageOf('#main'), messageOf('#m1x')]).toEqual([12, null, null, null]);
});
