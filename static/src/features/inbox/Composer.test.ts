import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import type { Conversation } from '../../api/types';
import { upload } from '../../api/upload';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { drafts } from '../../lib/drafts.svelte';
import { setPref } from '../../lib/prefs.svelte';
import { FRAME_LIMIT } from '../../lib/sendable';
import { hub } from '../../realtime/hub.svelte';
import { conversation, message } from '../../realtime/testing';
import { givePopovers } from '../../ui/testing';
import { team } from '../team/team.svelte';
import Composer from './Composer.svelte';

vi.mock('../../api/upload', () => ({ MAX_FILE_BYTES: 100, upload: vi.fn() }));
givePopovers();
const added = vi.spyOn(hub.outbox, 'add').mockReturnValue('');
let id = 100;
beforeEach(async () => {
  await useLocale('ru', false);
  added.mockClear();
  setPref('sendWith', 'enter');
  hub.store.me = 1;
  // Each has its own conversation, so that no draft of another one stands in the box.
  id++;
});

function draw(part: Partial<Conversation> = {}) {
  const onsent = vi.fn();
  const thread = hub.store.thread(id);
  const drawn = render(Composer, { row: conversation({ id, seq: 7, ...part }), thread, onsent });
  return { ...drawn, thread, onsent };
}
const box = (): HTMLTextAreaElement => screen.getByRole('textbox');
const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });
const write = (text: string): Promise<boolean> => fireEvent.input(box(), { target: { value: text } });
const press = (key: string, how: KeyboardEventInit = {}): Promise<boolean> => fireEvent.keyDown(box(), { key, ...how });
const sent = () => added.mock.calls.map(([it]) => [it.text, it.note, it.files.length, it.then?.status ?? null]);

it('sends by Enter and empties the box; Shift+Enter and an input method’s Enter do not', async () => {
  const { onsent } = draw();
  await write('  Добрый день ');
  await press('Enter', { shiftKey: true });
  await press('Enter', { isComposing: true });
  expect(sent()).toEqual([]);
  await press('Enter');
  expect(sent()).toEqual([['Добрый день', false, 0, null]]);
  expect([box().value, onsent.mock.calls.length, added.mock.calls[0]?.[0].seen_seq]).toEqual(['', 1, 7]);
  expect(document.activeElement).toBe(box());
});

it('sends by Ctrl+Enter alone for whoever wants it so', async () => {
  setPref('sendWith', 'ctrl-enter');
  draw();
  await write('Да');
  await press('Enter');
  expect(sent()).toEqual([]);
  await press('Enter', { ctrlKey: true });
  expect(sent()).toHaveLength(1);
});

it('sends nothing where there is nothing, and nothing that is too long', async () => {
  draw();
  expect(button('Отправить').disabled).toBe(true);
  await write('   ');
  await press('Enter');
  await write('я'.repeat(FRAME_LIMIT));
  await press('Enter');
  expect([sent(), button('Отправить').disabled, box().getAttribute('aria-invalid')]).toEqual([[], true, 'true']);
  expect(screen.getByText(/Лишних символов: \d/)).toBeTruthy();
});

it('keeps the words of a reply and of a note apart; a note is a note', async () => {
  draw();
  await write('ответ');
  await fireEvent.click(screen.getByRole('tab', { name: 'Заметка' }));
  expect([box().value, box().getAttribute('aria-label')]).toEqual(['', 'Внутренняя заметка']);
  await write('скидку не обещать');
  await fireEvent.click(button('Добавить заметку'));
  await fireEvent.click(screen.getByRole('tab', { name: 'Ответ' }));
  expect([sent(), box().value]).toEqual([[['скидку не обещать', true, 0, null]], 'ответ']);
});

it.each([
  ['Отправить и закрыть', 'closed'],
  ['Отправить и ждать клиента', 'pending'],
  ['Отправить и отложить до завтра', 'snoozed'],
])('«%s» says what becomes of the conversation', async (name, status) => {
  draw();
  await write('Готово');
  await fireEvent.click(button('Отправить и…'));
  await fireEvent.click(screen.getByText(name));
  expect(sent()).toEqual([['Готово', false, 0, status]]);
});

it('waits for files on their way; what failed stays, is said, and does not go', async () => {
  let arrived = (_: unknown): void => {};
  vi.mocked(upload)
    .mockReturnValueOnce(new Promise((done) => (arrived = done as typeof arrived)))
    .mockRejectedValueOnce(new Problem(503, 'overloaded', ''));
  draw();
  await fireEvent.paste(box(), { clipboardData: { files: [new File(['x'], 'a.pdf'), new File(['x'], 'b.pdf')] } });
  await write('Смета');
  await press('Enter');
  expect([sent(), button('Отправить').disabled]).toEqual([[], true]);
  arrived({ id: 1, name: 'a.pdf', mime: '', size: 1, kind: 'document' });
  await vi.waitFor(() => expect(button('Отправить').disabled).toBe(false));
  await press('Enter');
  expect(sent()).toEqual([['Смета', false, 1, null]]);
  const files = within(screen.getByRole('list', { name: 'Файлы' }));
  expect(files.getAllByRole('listitem')).toHaveLength(1);
  expect(files.getByRole('button', { name: 'Повторить' })).toBeTruthy();
});

it('asks first when a colleague has answered since writing began, and does as it was meant', async () => {
  const { thread } = draw();
  await write('и я');
  thread.messages = [message({ id: 9, seq: 9, direction: 'out', author: { type: 'operator', id: 2, name: 'Дана' } })];
  flushSync();
  await fireEvent.click(button('Отправить и…'));
  await fireEvent.click(screen.getByText('Отправить и закрыть'));
  const warning = within(screen.getByRole('alert'));
  expect([sent(), screen.getByRole('alert').textContent]).toEqual([[], expect.stringContaining('Ответ уже есть (Дана')]);
  await fireEvent.click(warning.getByRole('button', { name: 'Отправить' }));
  expect([sent(), screen.queryByRole('alert')]).toEqual([[['и я', false, 0, 'closed']], null]);
});

it('the agent’s words are taken by Tab, and sending them approves its run; written over, they do not', async () => {
  draw({ suggestion: { run_id: 5, text: 'Есть в наличии' } as Conversation['suggestion'] });
  await press('Tab');
  expect(box().value).toBe('Есть в наличии');
  await write('');
  await write('Нет в наличии');
  await press('Enter');
  expect(added.mock.calls[0]?.[0]).not.toHaveProperty('run_id');
  await write('');
  await press('Enter', { ctrlKey: true });
  expect(sent()).toHaveLength(1);
});

it('offers colleagues in a note, chosen by the keys of the box, and sends nothing by that', async () => {
  team.operators = [
    {
      id: 2,
      name: 'Дана',
      email: 'd@x',
      role: 'operator',
      is_active: true,
      presence: 'offline',
      open_conversations: 0,
      created_at: '',
    },
    {
      id: 3,
      name: 'Дамир',
      email: 'm@x',
      role: 'operator',
      is_active: true,
      presence: 'offline',
      open_conversations: 0,
      created_at: '',
    },
  ];
  vi.spyOn(team, 'ensure').mockImplementation(() => {});
  // Its code comes when it is wanted: here it is not waited for by the clock.
  await import('./MentionList.svelte');
  draw();
  await fireEvent.click(screen.getByRole('tab', { name: 'Заметка' }));
  await vi.waitFor(async () => {
    box().value = '@да';
    box().setSelectionRange(3, 3);
    await fireEvent.input(box());
    expect(screen.getAllByRole('option')).toHaveLength(2);
  });
  await press('ArrowDown');
  await press('Enter');
  await vi.waitFor(() => expect(box().value).toMatch(/^@(Дана|Дамир) $/));
  expect(sent()).toEqual([]);
});

it('a note that comes back stands below what is being written, and moves no hand', async () => {
  drafts.open(1);
  draw();
  await fireEvent.click(screen.getByRole('tab', { name: /Заметка/ }));
  box().focus();
  await write('Перезвонить завтра');
  box().setSelectionRange(3, 3);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  drafts.giveBack(id, 'note', 'Ждёт смету');
  flushSync();
  expect(box().value).toBe('Перезвонить завтра\n\nЖдёт смету');
  await vi.waitFor(() => expect(box().selectionStart).toBe(3));
  drafts.close();
});
