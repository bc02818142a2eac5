import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Conversation, Me } from '../../api/types';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { session } from '../../lib/session.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { givePopovers } from '../../ui/testing';
import { team } from '../team/team.svelte';
import { assign, giveToAgent, setStatus } from './actions';
import ThreadHeader from './ThreadHeader.svelte';

vi.mock('./actions', () => ({ assign: vi.fn(), giveToAgent: vi.fn(), setStatus: vi.fn() }));
givePopovers();
// jsdom has no top layer.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
const person = (id: number, name: string, is_active = true, open_conversations = 0) =>
  ({
    id,
    name,
    email: `${id}@x`,
    role: 'operator',
    is_active,
    presence: 'offline',
    open_conversations,
    created_at: '',
  }) as const;
beforeEach(async () => {
  await useLocale('ru', false);
  vi.mocked(assign).mockClear();
  vi.mocked(giveToAgent).mockClear();
  vi.mocked(setStatus).mockClear();
  session.me = { id: 1, name: 'Ольга', email: 'o@x', role: 'owner' } as Me;
  team.operators = [person(1, 'Ольга'), person(2, 'Дана', true, 3), person(3, 'Ерлан', false)];
  vi.spyOn(team, 'ensure').mockImplementation(() => {});
  vi.spyOn(team, 'reload').mockResolvedValue();
  hub.presence.online.clear();
});

const DANA = { id: 2, name: 'Дана' };
function draw(part: Partial<Conversation> = {}): Conversation {
  const row = conversation({ id: 5, handler: 'queue', ...part });
  render(ThreadHeader, { row, onback: () => {}, contextShown: false, ontogglecontext: () => {} });
  return row;
}
const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
// jsdom draws no top layer: to it what is in a menu is hidden, and has no name.
const items = (menu: HTMLElement): HTMLElement[] => [
  ...document.getElementById(menu.getAttribute('aria-controls')!)!.querySelectorAll<HTMLElement>('[role^=menuitem]'),
];
const wordsOf = (it: HTMLElement): string => it.textContent?.replace(/\s+/g, ' ').trim() ?? '';
async function choose(menu: RegExp, item: RegExp): Promise<void> {
  await fireEvent.click(button(menu));
  await fireEvent.click(items(button(menu)).find((it) => item.test(wordsOf(it)))!);
}

it.each<[string, Partial<Conversation>, string[]]>([
  ['nobody has', {}, ['Взять себе', 'Ответственный: Никто', 'Отложить', 'Закрыть диалог']],
  ['is one’s own', { assignee: { id: 1, name: 'Ольга' } }, ['Ответственный: Ольга', 'Отложить', 'Закрыть диалог']],
  ['a colleague has', { assignee: DANA }, ['Взять себе', 'Ответственный: Дана', 'Отложить', 'Закрыть диалог']],
  ['the agent leads', { handler: 'agent' }, ['Взять себе', 'Ответственный: ИИ-помощник', 'Отложить', 'Закрыть диалог']],
  [
    'waits for its customer',
    { status: 'pending' },
    ['Взять себе', 'Ответственный: Никто', 'Отложить: Ждём клиента', 'Закрыть диалог'],
  ],
  ['is closed', { status: 'closed' }, ['Ответственный: Никто', 'Открыть снова']],
])('a conversation that %s has its verbs', (_, part, verbs) => {
  draw(part);
  const all = screen.getAllByRole('button').map((it) => it.getAttribute('aria-label') ?? it.textContent?.trim());
  expect(all.filter((it) => it !== 'К списку' && it !== 'Клиент')).toEqual(verbs);
});

it('whom it may be given to: oneself, the agent, nobody, those who work here, whether they are online and how much they hold', () => {
  hub.presence.online.add(2);
  draw();
  expect(items(button(/^Ответственный/)).map(wordsOf)).toEqual([
    expect.stringMatching(/^Взять себе/),
    'Вернуть ИИ-помощнику',
    'Никто',
    'Дана ● в сети · 3 диалога',
    'Передать с заметкой',
  ]);
});

it('asks who works here whenever one is to be chosen', async () => {
  draw();
  expect(team.reload).not.toHaveBeenCalled();
  await fireEvent.click(button(/^Ответственный/));
  expect(team.reload).toHaveBeenCalledOnce();
});

it('gives it to whom one has chosen', async () => {
  const row = draw();
  await choose(/^Ответственный/, /^Дана/);
  await choose(/^Ответственный/, /^Никто/);
  await choose(/^Ответственный/, /^Вернуть ИИ-помощнику/);
  await fireEvent.click(screen.getAllByRole('button', { name: /Взять себе/ })[0]!);
  expect(vi.mocked(assign).mock.calls).toEqual([
    [row, DANA],
    [row, null],
    [row, { id: 1, name: 'Ольга' }],
  ]);
  expect(vi.mocked(giveToAgent).mock.calls).toEqual([[row]]);
});

it('a note goes along to whom one has chosen', { timeout: 20_000 }, async () => {
  const row = conversation({ id: 5, handler: 'queue', assignee: { id: 1, name: 'Ольга' } });
  const rest = { onback: () => {}, contextShown: false, ontogglecontext: () => {} };
  const { rerender } = render(ThreadHeader, { row, ...rest });
  await choose(/^Ответственный/, /^Передать с заметкой/);
  // Its code comes when it is wanted, on a busy machine not at once.
  const note = await screen.findByLabelText('Внутренняя заметка', {}, { timeout: 10_000 });
  // Nobody is chosen by itself.
  await fireEvent.submit(note.closest('form')!);
  expect(assign).not.toHaveBeenCalled();
  // Somebody takes it meanwhile: it was not given away from them.
  await rerender({ row: { ...row, assignee: null }, ...rest });
  const whom = screen.getByLabelText<HTMLSelectElement>('Ответственный', { selector: 'select' });
  expect([...whom.options].map((it) => it.text.split(' · ')[0])).toEqual(['Выберите, кому', 'Дана']);
  await fireEvent.change(whom, { target: { value: whom.options[1]!.value } });
  await fireEvent.input(note, { target: { value: ' Ждёт смету \n' } });
  await fireEvent.submit(note.closest('form')!);
  expect(vi.mocked(assign).mock.calls).toEqual([[row, DANA, 'Ждёт смету']]);
  expect(screen.queryByLabelText('Внутренняя заметка')).toBeNull();
});

it('what the agent leads is not given to it again', async () => {
  draw({ handler: 'agent' });
  await choose(/^Ответственный/, /^ИИ-помощник/);
  expect(giveToAgent).not.toHaveBeenCalled();
});

it('closes, opens again, and puts off until a time or the customer’s word', async () => {
  const row = draw();
  await fireEvent.click(button('Закрыть диалог'));
  await choose(/^Отложить/, /^На час/);
  await choose(/^Отложить/, /^Ждём клиента/);
  expect(vi.mocked(setStatus).mock.calls).toEqual([
    [row, 'closed'],
    [row, 'snoozed', expect.any(Date)],
    [row, 'pending'],
  ]);
});

it('one that rests can be opened from the menu, a closed one by its button', async () => {
  const resting = draw({ status: 'snoozed', snoozed_until: new Date(Date.now() + 3_600_000).toISOString() });
  await choose(/^Отложить: отложен до/, /^Открыть снова/);
  expect(vi.mocked(setStatus).mock.calls).toEqual([[resting, 'open']]);
  document.body.innerHTML = '';
  const closed = draw({ status: 'closed' });
  await fireEvent.click(button('Открыть снова'));
  expect(vi.mocked(setStatus).mock.calls.at(-1)).toEqual([closed, 'open']);
});
