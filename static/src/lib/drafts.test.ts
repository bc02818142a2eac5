import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as client from '../api/client';
import { drafts } from './drafts.svelte';

let server: Record<number, { reply: string; note: string }>;
const told = vi.spyOn(client, 'patch');
const asked = vi.spyOn(client, 'get');

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = {};
  asked.mockReset().mockImplementation(
    async () =>
      ({
        drafts: Object.entries(server).map(([id, texts]) => ({ conversation_id: Number(id), ...texts })),
        next_cursor: null,
      }) as never,
  );
  told.mockReset().mockImplementation(async (path, texts) => {
    server[Number(path.match(/\d+/)![0])] = texts as never;
    return undefined as never;
  });
});
afterEach(() => {
  drafts.close();
  vi.useRealTimers();
});

it('tells the server when typing rests, once', async () => {
  drafts.open(1);
  for (const text of ['H', 'He', 'Hello']) drafts.write(5, 'reply', text);
  expect(drafts.read(5, 'reply')).toBe('Hello');
  await vi.advanceTimersByTimeAsync(900);
  expect(told.mock.calls).toEqual([['/api/conversations/5/draft', { reply: 'Hello', note: '' }]]);
});

it('takes the words of another device, and its silence', async () => {
  server = { 5: { reply: 'from the phone', note: '' } };
  drafts.open(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(drafts.read(5, 'reply')).toBe('from the phone');
  expect(drafts.present.has(5)).toBe(true);
  server = {};
  await drafts.pull();
  expect(drafts.read(5, 'reply')).toBe('');
  expect(drafts.present.has(5)).toBe(false);
  expect(told).not.toHaveBeenCalled();
});

it('keeps words that the server has never heard, and tells them', async () => {
  drafts.open(1);
  told.mockRejectedValueOnce(new Error('offline'));
  drafts.write(5, 'note', 'typed in the tunnel');
  await vi.advanceTimersByTimeAsync(900);
  server = { 5: { reply: 'theirs', note: 'older' } };
  await drafts.pull();
  await vi.advanceTimersByTimeAsync(0);
  expect(drafts.read(5, 'note')).toBe('typed in the tunnel');
  expect(drafts.read(5, 'reply')).toBe('theirs');
  expect(server[5]).toEqual({ reply: 'theirs', note: 'typed in the tunnel' });
});

it('keeps users of one browser apart', async () => {
  drafts.open(1);
  drafts.write(5, 'reply', 'mine');
  await vi.advanceTimersByTimeAsync(900);
  drafts.close();
  server = {};
  drafts.open(2);
  expect(drafts.read(5, 'reply')).toBe('');
});
