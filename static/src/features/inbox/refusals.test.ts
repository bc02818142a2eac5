import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { dismiss, toasts } from '../../lib/toast.svelte';
import type { Change } from '../../realtime/change-rules';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { say } from './refusals';

const assign = (body: Change['body'] = {}): Change => ({
  id: 'a',
  tab: 't',
  v: 1,
  tries: 0,
  created_at: '2026-01-01T00:00:00Z',
  conversation_id: 1,
  kind: 'assign',
  body: { assignee_id: 2, if_assignee: null, ...body },
  show: { assignee: { id: 2, name: 'Дана' } },
});
const said = (): (string | undefined)[] => toasts().map((it) => it.text);

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  for (const it of [...toasts()]) dismiss(it.id);
  hub.store.reset();
  hub.viewing = null;
  hub.store.putRow(conversation({ id: 1 }));
  vi.spyOn(hub.store, 'onDoubt').mockImplementation(() => {});
});

it('names the customer, what was to be done, and who has it', () => {
  say(assign(), new Problem(409, 'taken', '', { holder: { id: 9, name: 'Ерлан' } }), false);
  expect(said()).toEqual(['Айгерим · Не сохранено: Ответственный: Дана. Диалог уже у оператора Ерлан.']);
  expect([hub.store.row(1)?.assignee?.id, toasts()[0]?.action?.label]).toEqual([9, 'Показать']);
});

it('of the conversation that is shown it leads nowhere; a status is named too', () => {
  hub.viewing = 1;
  const status = { ...assign(), kind: 'status' as const, body: { status: 'closed' }, show: undefined };
  say(status as Change, new Problem(403, 'forbidden', ''), true);
  expect(said()).toEqual(['Айгерим · Не сохранено: Закрыть диалог. У вас нет прав на это действие.']);
  expect(toasts()[0]?.action).toBeUndefined();
});

it('says where the note is that was to go along', () => {
  say(assign({ note: 'Ждёт смету' }), new Problem(404, 'not_found', ''), true);
  expect(said()).toEqual([
    'Айгерим · Не сохранено: Ответственный: Дана. Диалог уже у другого оператора. Ваша заметка снова в поле заметки.',
  ]);
  expect(hub.store.row(1)).toBeUndefined();
});

it('leads to where the agent is switched on', () => {
  say(assign({ agent: true }), new Problem(409, 'agent_off', ''), true);
  expect([said()[0], toasts()[0]?.action?.label]).toEqual([
    'Айгерим · Не сохранено: Вернуть ИИ-помощнику. На этом канале помощник сейчас не отвечает клиентам.',
    'Настроить',
  ]);
});
