import { afterEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import { Found, isSearchable } from './found.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
afterEach(() => vi.mocked(get).mockReset());

const page = (messages: number[], customers: number[], next_cursor: string | null): unknown => ({
  messages: messages.map((id) => ({ message: { id } })),
  customers: customers.map((id) => ({ id })),
  next_cursor,
});

it('asks for two letters or digits, in whatever script', () => {
  for (const q of ['дом', 'үй', '77', 'a b']) expect(isSearchable(q), q).toBe(true);
  for (const q of ['', 'а', '*', '…', ' " ']) expect(isSearchable(q), q).toBe(false);
});

it('puts page after page, both lists side by side', async () => {
  const found = new Found('дом & баня');
  vi.mocked(get)
    .mockResolvedValueOnce(page([5, 4], [2], 'next'))
    .mockResolvedValueOnce(page([3], [1], null));
  await found.load();
  expect(found.more).toBe(true);
  await found.loadMore();
  await found.loadMore();
  expect(found.messages.map((it) => it.message.id)).toEqual([5, 4, 3]);
  expect(found.customers.map((it) => it.id)).toEqual([2, 1]);
  expect(vi.mocked(get).mock.calls.map(([path]) => path)).toEqual([
    '/api/search?q=%D0%B4%D0%BE%D0%BC+%26+%D0%B1%D0%B0%D0%BD%D1%8F&limit=30',
    '/api/search?q=%D0%B4%D0%BE%D0%BC+%26+%D0%B1%D0%B0%D0%BD%D1%8F&limit=30&cursor=next',
  ]);
});

it('keeps a failure, and what was found before it', async () => {
  const found = new Found('дом');
  vi.mocked(get)
    .mockResolvedValueOnce(page([5], [], 'next'))
    .mockRejectedValueOnce(new Error('away'));
  await found.load();
  await found.loadMore();
  expect(found.error).toBeInstanceOf(Error);
  expect(found.messages).toHaveLength(1);
  expect(found.more).toBe(true);
});
