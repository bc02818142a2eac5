import { fireEvent, render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import type { Id, View } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import type { ListFilter } from './address';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { givePopovers } from '../../ui/testing';
import ListPane from './ListPane.svelte';
import { ConversationList } from './lists.svelte';

givePopovers();
beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  hub.store.reset();
  window.matchMedia = () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});
const put = (id: Id, minute: number): void => {
  const updated_at = `2026-01-01T00:${minute}:00Z`;
  hub.store.putRow(conversation({ id, updated_at, customer: { ...conversation({ id }).customer, name: `К${id}` } }));
  flushSync();
};

function draw(prepare: (list: ConversationList) => unknown = () => {}, view: View = 'all', value: Partial<ListFilter> = {}) {
  [1, 2, 3].forEach((id) => put(id, 10 + id));
  const list = new ConversationList(view, 'open');
  list.cursor = null;
  prepare(list);
  const [set, reset] = [vi.fn(), vi.fn()];
  const filter = { value: { status: 'open', handler: 'any', ...value } satisfies ListFilter, search: '?x', set, reset };
  const drawn = render(ListPane, { list, view, filter, selected: null });
  const names = (): (string | undefined)[] =>
    [...drawn.container.querySelectorAll('a.row')].map((it) => /К\d/.exec(it.textContent ?? '')?.[0]);
  return { ...drawn, set, reset, names, rows: drawn.queryByRole('list')?.parentElement as HTMLElement };
}

it('holds rows still under the pointer, counts what is new, and shows it when asked or when the hand is gone', async () => {
  const { names, rows, getByRole, queryByRole } = draw();
  await fireEvent.pointerEnter(rows);
  [4, 5].forEach((id) => put(id, 40 + id));
  expect(names()).toEqual(['К3', 'К2', 'К1']);
  const pill = getByRole('button', { name: '2 новых' });
  await fireEvent.click(pill);
  expect(names()).toEqual(['К5', 'К4', 'К3', 'К2', 'К1']);
  expect(queryByRole('button', { name: /нов/ })).toBeNull();
  put(1, 59);
  expect(names()[0]).toBe('К5');
  expect(getByRole('button', { name: '1 новый' })).toBeTruthy();
  await fireEvent.pointerLeave(rows);
  expect(names()[0]).toBe('К1');
});

it('tells those who wait from what is merely unread', () => {
  hub.store.counts.take({
    mine: { unread: 9, waiting: 2 },
    unassigned: { unread: 3, waiting: 0 },
    all: { unread: 100, waiting: 100 },
  });
  const { getByRole } = draw();
  const text = (name: RegExp): string => getByRole('link', { name }).textContent?.replace(/\s+/g, ' ').trim() ?? '';
  expect(text(/^Мои/)).toBe('Мои 22 диалога ждут ответа');
  expect(text(/^Свободные/)).toBe('Свободные 3 диалога с непрочитанным');
  expect(text(/^Все/)).toContain('99+');
});

it('says that the list could not be fetched anew, above what it has', async () => {
  const { getByRole } = draw((list) => (list.error = Problem.offline()));
  expect(getByRole('button', { name: 'Повторить' }).closest('[role=alert]')).toBeTruthy();
});

it('lets rows move again when they went from under the pointer', async () => {
  const { names, rows, container } = draw();
  await fireEvent.pointerEnter(rows);
  [1, 2, 3].forEach((id) => hub.store.removeRow(id));
  flushSync();
  expect(container.querySelector('a.row')).toBeNull();
  [1, 2].forEach((id) => put(id, 20 + id));
  put(1, 50);
  expect(names()).toEqual(['К1', 'К2']);
});

it('looks further for a handler, some pages at a time, and not for words', async () => {
  const more = vi.fn(async () => {});
  const { getByRole, findByRole } = draw(
    (list) => {
      list.cursor = 'older';
      // Each page brings nothing that fits.
      list.more = async () => {
        await more();
        list.loading = true;
        await Promise.resolve();
        list.loading = false;
      };
    },
    'all',
    { handler: 'agent' },
  );
  const further = await findByRole('button', { name: 'Искать среди более старых' });
  expect(more).toHaveBeenCalledTimes(10);
  await fireEvent.click(further);
  await vi.waitFor(() => expect(more).toHaveBeenCalledTimes(20));
  await findByRole('button', { name: 'Искать среди более старых' });
  expect(more).toHaveBeenCalledTimes(20);
  // There is one that fits; the words do not.
  hub.store.putRow(conversation({ id: 9, handler: 'agent' }));
  flushSync();
  more.mockClear();
  await fireEvent.input(getByRole('searchbox'), { target: { value: 'нет такого' } });
  flushSync();
  expect(more).not.toHaveBeenCalled();
});

it('takes in what a note has named somebody in, and fetches nothing anew for it', () => {
  const reload = vi.fn(() => Promise.resolve());
  const unknown = vi.spyOn(hub.store, 'onUnknown').mockImplementation(() => {});
  const { names } = draw((list) => (list.reload = reload), 'mentions');
  const named = (...ids: Id[]): void => {
    hub.store.counts.named = new Set(ids);
    flushSync();
  };
  expect(names()).toEqual([]);
  named(1);
  expect(names()).toEqual(['К1']);
  // Read, and another one in its place.
  named(3);
  expect(names()).toEqual(['К3', 'К1']);
  named();
  named(9);
  expect([unknown.mock.calls, reload.mock.calls]).toEqual([[[9]], []]);
  put(9, 50);
  expect(names()).toEqual(['К9', 'К3', 'К1']);
});

it('narrows by the address: what is chosen is written there, and every link keeps it', async () => {
  const { set, getByRole, getByText, getAllByRole, container } = draw(() => {}, 'all', { status: 'closed', handler: 'operator' });
  const status = getByRole('combobox', { name: 'Статус' }) as HTMLSelectElement;
  expect(status.value).toBe('closed');
  await fireEvent.change(status, { target: { value: 'snoozed' } });
  await fireEvent.click(getByText('Ведёт ИИ-помощник'));
  expect(set.mock.calls).toEqual([[{ status: 'snoozed' }], [{ handler: 'agent' }]]);
  const links = [...container.querySelectorAll('a.row'), ...getAllByRole('link', { name: /Мои|Все|Свободные/ })];
  expect(links.map((it) => it.getAttribute('href'))).toEqual([
    ...[3, 2, 1].map((id) => `/inbox/all/${id}?x`),
    '/inbox/mine?x',
    '/inbox/unassigned?x',
    '/inbox/all?x',
  ]);
});

it('says what narrows a list that shows nothing by it, and widens it again', async () => {
  const { reset, names, findByText, getByRole, queryByText } = draw(() => {}, 'all', { handler: 'agent' });
  expect(names()).toEqual([]);
  expect(await findByText('Список сужен: Ведёт ИИ-помощник')).toBeTruthy();
  const search = getByRole('searchbox') as HTMLInputElement;
  await fireEvent.input(search, { target: { value: 'нет такого' } });
  await fireEvent.click(getByRole('button', { name: 'Сбросить' }));
  expect([reset.mock.calls.length, search.value]).toEqual([1, '']);
  hub.store.changeRow(1, { handler: 'agent' });
  flushSync();
  expect([names(), queryByText('Список сужен: Ведёт ИИ-помощник')]).toEqual([['К1'], null]);
});
