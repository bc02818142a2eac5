import { fireEvent, render } from '@testing-library/svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { call } from '../../api/client';
import { Problem } from '../../api/problem';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { drafts } from '../../lib/drafts.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import LinkBanner from '../../shell/LinkBanner.svelte';
import LogoutDialog from '../../shell/LogoutDialog.svelte';
import StuckChanges from './StuckChanges.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), call: vi.fn() }));
const row = conversation({ id: 7 });
const stuck = { status: 500, body: { code: 'internal', detail: '' }, requestId: null };
let turn = 0;
/** As an earlier page has left them; of each test its own. */
const keep = (name: string, part: object): void =>
  localStorage.setItem(
    `sb.changes.1.${name}${turn}`,
    JSON.stringify({ id: `${name}${turn}`, tab: 't', v: 1, tries: 1, created_at: '2026-01-01T00:00:00Z', ...part }),
  );

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  localStorage.clear();
  turn++;
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  keep('a', { conversation_id: 7, kind: 'status', body: { status: 'closed' }, stuck });
  keep('b', { customer_id: 7, kind: 'edit.name', body: { name: 'Б' }, show: { name: 'Б' }, stuck });
  keep('c', { conversation_id: 8, kind: 'status', body: { status: 'closed' }, stuck });
  hub.queues.open(1);
});
afterEach(() => {
  hub.queues.close();
  vi.useRealTimers();
});

it('says what goes no further, and why; it is dropped, or told once more', async () => {
  const { getAllByRole, getAllByText } = render(StuckChanges, { row });
  const texts = getAllByRole('alert').map((it) => it.querySelector('p')?.textContent?.trim());
  expect(texts).toEqual([
    'Не сохранено: Закрыть диалог. Ошибка на нашей стороне. Попробуйте ещё раз.',
    'Не сохранено: Имя: Б. Ошибка на нашей стороне. Попробуйте ещё раз.',
  ]);
  vi.mocked(call).mockRejectedValue(new Problem(0, 'offline', ''));
  await fireEvent.click(getAllByText('Повторить')[0]!);
  await fireEvent.click(getAllByText('Не нужно')[0]!);
  expect(hub.changes.entries.map((it) => [it.id, !!it.stuck])).toEqual([
    [`c${turn}`, true],
    [`a${turn}`, false],
  ]);
});

it('of an assignment it says who has it now, and what was to go along', async () => {
  keep('d', {
    conversation_id: 7,
    kind: 'assign',
    body: { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: 'd' },
    show: { assignee: { id: 2, name: 'Дана' } },
    sent: true,
    stuck,
  });
  hub.queues.open(1);
  drafts.open(1);
  const held = conversation({ id: 7, assignee: { id: 9, name: 'Ерлан' } });
  const { getByText, getAllByText } = render(StuckChanges, { row: held });
  expect(getByText('Ответственный: Ерлан')).toBeTruthy();
  expect(getByText('Заметка: Ждёт смету')).toBeTruthy();
  const at = hub.changes.stuck.filter((it) => it.conversation_id !== 8).findIndex((it) => it.id === `d${turn}`);
  vi.mocked(call).mockRejectedValue(new Problem(0, 'offline', ''));
  await fireEvent.click(getAllByText('Повторить')[at]!);
  expect(hub.changes.entries.find((it) => it.id === `d${turn}`)?.body.if_assignee).toBe(9);
});

it('a note that is wanted no more with its assignment is back where notes are written', async () => {
  keep('d', { conversation_id: 7, kind: 'assign', body: { assignee_id: 2, note: 'Ждёт смету' }, sent: true, stuck });
  hub.queues.open(1);
  drafts.open(1);
  drafts.write(7, 'note', 'Перезвонить');
  const { getAllByText } = render(StuckChanges, { row });
  const at = hub.changes.stuck.filter((it) => it.conversation_id !== 8).findIndex((it) => it.id === `d${turn}`);
  await fireEvent.click(getAllByText('Не нужно')[at]!);
  expect([hub.changes.has(`d${turn}`), drafts.read(7, 'note')]).toEqual([false, 'Перезвонить\n\nЖдёт смету']);
  drafts.close();
});

it('whoever logs out is told of changes too, and so is whoever has no link', async () => {
  expect([hub.queues.unsent, hub.queues.waiting]).toEqual([3, 0]);
  hub.changes.retry(`a${turn}`);
  expect(hub.queues.waiting).toBe(1);
  const { findByText } = render(LogoutDialog, { onclose: () => {}, onconfirmed: () => {} });
  await findByText(/Ещё не ушло: 3 /);
  vi.useFakeTimers();
  hub.link = 'connecting';
  const banner = render(LinkBanner);
  await vi.advanceTimersByTimeAsync(2000);
  expect(banner.container.textContent).toContain('Уйдёт, когда связь вернётся: 1.');
  hub.link = 'stopped';
});
