import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { bell } from './bell.svelte';
import BellList from './BellList.svelte';
import type { PersonalNotification } from './types';

const notification = (
  id: number,
  conversation: number,
  code = 'assigned',
  read_at: string | null = null,
): PersonalNotification => ({
  id,
  code,
  params: {
    conversation_id: conversation,
    message_id: code === 'mentioned' ? 77 : null,
    by: { id: 2, name: 'Ерлан' },
    customer: { id: 5, number: 5, name: 'Марат' },
  },
  created_at: '2026-01-01T00:00:00Z',
  read_at,
});
const asked: string[] = [];
function answers(page: unknown): void {
  vi.stubGlobal('fetch', (path: string, options?: RequestInit) => {
    asked.push(`${options?.method ?? 'GET'} ${path} ${typeof options?.body === 'string' ? options.body : ''}`.trim());
    return Promise.resolve(options?.method === 'POST' ? new Response(null, { status: 204 }) : Response.json(page));
  });
}

beforeEach(async () => {
  asked.length = 0;
  hub.store.reset();
  hub.store.me = 7;
  bell.clear();
  await useLocale('ru', false);
});

it('keeps what the feed brought while the list was on its way', async () => {
  answers({ notifications: [notification(1, 10)], unread: 1, next_cursor: null });
  const coming = bell.load();
  expect(bell.take(notification(2, 11))).toBe(true);
  await coming;
  expect([bell.list.map((it) => it.id), bell.unread]).toEqual([[2, 1], 2]);
  expect(bell.take(notification(2, 11))).toBe(false);
  expect(bell.unread).toBe(2);
});

it('asks for a page once, however often, and lets the first page anew go before one more', async () => {
  const pages: ((page: unknown) => void)[] = [];
  vi.stubGlobal('fetch', () => new Promise((answer) => pages.push((page) => answer(Response.json(page)))));
  const first = { notifications: [notification(3, 12)], unread: 0, next_cursor: '3' };
  const second = { notifications: [notification(2, 11)], unread: 0, next_cursor: '2' };
  const [opened] = [bell.load(), pages[0]!(first)];
  await opened;
  const more = [bell.load(true), bell.load(true)];
  pages.slice(1).forEach((answer) => answer(second));
  await Promise.all(more);
  expect([bell.list.map((it) => it.id), bell.loading]).toEqual([[3, 2], false]);
  const crossing = [bell.load(true), bell.load()];
  pages.at(-1)!(first);
  pages.at(-2)!({ notifications: [notification(1, 10)], unread: 0, next_cursor: null });
  await Promise.all(crossing);
  expect([bell.list.map((it) => it.id), bell.cursor]).toEqual([[3], '3']);
});

it('reads what was told of a conversation with the conversation, moving nobody’s mark there', async () => {
  answers({ notifications: [notification(2, 11), notification(1, 10)], unread: 2, next_cursor: null });
  await bell.load();
  await bell.read(10, bell.waits(10)!);
  expect([bell.waits(10), bell.waits(11), bell.unread]).toEqual([null, 0, 1]);
  expect(asked.at(-1)).toBe('POST /api/conversations/10/read {"message_id":0}');
});

it('has a note read when the thread is read up to it, and no sooner', async () => {
  answers({ notifications: [notification(2, 10, 'mentioned'), notification(1, 10, 'mentioned')], unread: 2, next_cursor: null });
  await bell.load();
  hub.store.putRow(conversation({ id: 10, unread: 1 }));
  hub.store.thread(10).readUpTo = 70;
  expect(bell.waits(10)).toBeNull();
  bell.wasRead(10, 76);
  expect(bell.unread).toBe(2);
  // Nothing of the customer's is unread: the note is the next that is seen.
  hub.store.changeRow(10, { unread: 0 });
  expect(bell.waits(10)).toBe(77);
  bell.wasRead(10, 77);
  expect([bell.waits(10), bell.unread]).toEqual([null, 0]);
});

it('knows what was read on another device, and asks where it cannot know', async () => {
  answers({ notifications: [notification(5, 12), notification(4, 11), notification(3, 10)], unread: 4, next_cursor: '3' });
  await bell.load();
  expect(bell.wereRead(4)).toEqual([11, 10]);
  expect([bell.list.map((it) => !!it.read_at), bell.unread]).toEqual([[false, true, true], 1]);
  asked.length = 0;
  answers({ notifications: [notification(5, 12)], unread: 1, next_cursor: '5' });
  expect(bell.wereRead(2)).toEqual([]);
  expect(asked).toEqual(['GET /api/notifications?limit=30']);
});

it('lists them with who, about whom and where to, and reads all at once', async () => {
  answers({
    notifications: [notification(2, 11, 'mentioned'), notification(1, 10, 'assigned', '2026-01-01T00:00:01Z')],
    unread: 1,
    next_cursor: null,
  });
  await bell.load();
  render(BellList, { onclose: () => {}, onresize: () => {} });
  const links = screen.getAllByRole('listitem').map((it) => it.querySelector('a')!);
  expect(links.map((it) => it.getAttribute('href'))).toEqual(['/inbox/all/11#m77', '/inbox/all/10']);
  expect(links[0]!.textContent).toContain('Вас упомянули в заметке: Марат');
  // The name as it is: no language here may have to bend it.
  expect(links[0]!.textContent).not.toContain('от ');
  expect(links[0]!.textContent).toContain('Ерлан');
  expect(links.map((it) => it.textContent.includes('новое'))).toEqual([true, false]);
  await fireEvent.click(screen.getByRole('button', { name: 'Прочитать все' }));
  expect(asked.at(-1)).toBe('POST /api/notifications/read {"up_to":2}');
  expect(screen.queryByRole('button', { name: 'Прочитать все' })).toBeNull();
});

it('shows what the server has where it has not heard of the reading', async () => {
  answers({ notifications: [notification(2, 11), notification(1, 10)], unread: 2, next_cursor: null });
  await bell.load();
  const page = { notifications: [notification(2, 11), notification(1, 10)], unread: 2, next_cursor: null };
  vi.stubGlobal('fetch', (_: string, options?: RequestInit) =>
    options?.method === 'POST' ? Promise.reject(new TypeError('no network')) : Promise.resolve(Response.json(page)),
  );
  await expect(bell.read(10, 0)).rejects.toThrow();
  expect(bell.unread).toBe(2);
  await expect(bell.readAll()).rejects.toThrow();
  expect([bell.unread, bell.list.some((it) => it.read_at)]).toEqual([2, false]);
});

it('says what will stand here while there is nothing', async () => {
  answers({ notifications: [], unread: 0, next_cursor: null });
  await bell.load();
  render(BellList, { onclose: () => {}, onresize: () => {} });
  expect(screen.getByText('Пока тихо')).toBeTruthy();
});
