import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import '../../../i18n/all-words';
import { Problem } from '../../../api/problem';
import type { Conversation, Id } from '../../../api/types';
import { useLocale } from '../../../i18n/i18n.svelte';
import { dismiss, toasts } from '../../../lib/toast.svelte';
import type { NewChange } from '../../../realtime/change-rules';
import type { Outcome } from '../../../realtime/asked';
import { hub } from '../../../realtime/hub.svelte';
import { conversation, message } from '../../../realtime/testing';
import { undo } from '../actions';
import { picked } from '../picked.svelte';
import { assignAll, many, markAll, setStatuses } from './many.svelte';

let told: NewChange[];
let outcome: (id: Id) => Outcome | Promise<Outcome>;
const rows = (): Conversation[] => [1, 2, 3].map((id) => hub.store.row(id)!);
const statuses = (): string[] => rows().map((it) => it.status);
const said = (): string[] => toasts().map((it) => it.text);

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  for (const it of [...toasts()]) dismiss(it.id);
  told = [];
  outcome = () => 'done';
  hub.store.reset();
  hub.store.me = 1;
  for (const id of [1, 2, 3])
    hub.store.putRow(conversation({ id, unread: id - 1, read_up_to: 10 * id, last_message: message({ id: 10 * id + 5 }) }));
  picked.ids = new Set([1, 2, 3]);
  vi.spyOn(hub.changes, 'add').mockImplementation((it) => {
    told.push(it);
    const id = it.conversation_id!;
    const before = hub.store.row(id)!;
    hub.store.changeRow(id, it.show as Partial<Conversation>);
    const ended = Promise.resolve(outcome(id)).then((how) => {
      if (how instanceof Problem) hub.store.changeRow(id, { status: before.status, assignee: before.assignee });
      return how;
    });
    return { id: `${told.length}`, outcome: ended, ended };
  });
});
afterEach(() => vi.restoreAllMocks());

it('does one thing with many, says once what came to nothing, leaves that selected, and takes the rest back in one step', async () => {
  outcome = (id) => (id === 2 ? new Problem(409, 'taken', '') : 'done');
  await setStatuses(rows(), 'closed');
  expect([statuses(), [...picked.ids], told.every((it) => it.quiet)]).toEqual([['closed', 'open', 'closed'], [2], true]);
  expect(said()).toEqual(['Не получилось с 1 диалогом, он остался выбранным', 'Закрыто 2 диалога']);
  undo();
  expect([statuses(), told.slice(3).map((it) => [it.conversation_id, it.undoes])]).toEqual([
    ['open', 'open', 'open'],
    [
      [1, '1'],
      [3, '3'],
    ],
  ]);
});

it('takes back only what nobody has changed since', async () => {
  await assignAll(rows(), { id: 2, name: 'Дана' });
  hub.store.changeRow(3, { assignee: { id: 9, name: 'Ерлан' } });
  undo();
  expect(rows().map((it) => it.assignee?.id)).toEqual([undefined, undefined, 9]);
});

it('tells how far it has come, begins nothing else meanwhile, and sends no more than a few at once', async () => {
  for (let id = 4; id <= 12; id++) hub.store.putRow(conversation({ id }));
  const all = Array.from({ length: 12 }, (_, i) => hub.store.row(i + 1)!);
  const ends: (() => void)[] = [];
  outcome = () => new Promise((done) => ends.push(() => done('done')));
  const under = setStatuses(all, 'closed');
  void setStatuses(all, 'open');
  expect([told.length, many.progress]).toEqual([6, { done: 0, n: 12 }]);
  ends.shift()!();
  await vi.waitFor(() => expect([told.length, many.progress?.done]).toEqual([7, 1]));
  while (many.progress) {
    ends.splice(0).forEach((it) => it());
    await new Promise((done) => setTimeout(done));
  }
  await under;
  expect([told.length, picked.ids.size]).toEqual([12, 0]);
});

it('marks all as read, and all as unread where all are', async () => {
  await markAll(rows());
  expect(told.map((it) => [it.conversation_id, it.body])).toEqual([
    [2, {}],
    [3, {}],
  ]);
  undo();
  expect(told.slice(2).map((it) => it.body)).toEqual([{ unread_from: 21 }, { unread_from: 31 }]);
  hub.store.changeRow(2, { unread: 0 });
  hub.store.changeRow(3, { unread: 0 });
  await markAll(rows());
  expect(told.slice(4).map((it) => it.body)).toEqual([{ unread_from: 15 }, { unread_from: 25 }, { unread_from: 35 }]);
});
