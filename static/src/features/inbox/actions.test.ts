import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import type { Conversation } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { dismiss, toasts } from '../../lib/toast.svelte';
import type { NewChange } from '../../realtime/change-rules';
import type { Outcome } from '../../realtime/asked';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { assign, giveToAgent, redo, setStatus, undo } from './actions';

const me = { id: 1, name: 'Я' };
const dana = { id: 2, name: 'Дана' };
let told: NewChange[];
let outcome: () => Promise<Outcome>;
/** How it ends, where that is later. */
let ended: (() => Promise<Outcome>) | null;
const row = (): Conversation => hub.store.row(7)!;
const said = (): string[] => toasts().map((it) => it.text);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  outcome = async () => 'done';
  ended = null;
  for (const it of [...toasts()]) dismiss(it.id);
  hub.store.reset();
  hub.store.me = null;
  undo();
  for (const it of [...toasts()]) dismiss(it.id);
  hub.store.me = 1;
  hub.store.putRow(conversation({ id: 7 }));
  vi.spyOn(hub.changes, 'add').mockImplementation((it) => {
    told.push(it);
    hub.store.changeRow(it.conversation_id!, it.show as Partial<Conversation>);
    const soon = outcome();
    return { id: `${told.length}`, outcome: soon, ended: ended?.() ?? soon };
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('by key', () => {
  it('the last of what was done is taken back, then the one before, and done again', async () => {
    await assign(row(), me);
    await setStatus(row(), 'closed');
    undo();
    expect([row().status, row().assignee?.id]).toEqual(['open', 1]);
    undo();
    expect(row().assignee).toBeNull();
    redo();
    redo();
    expect([row().status, row().assignee?.id]).toEqual(['closed', 1]);
    await settle();
    expect(said()).toContain('Отменено: Диалог закрыт');
  });

  it('at once, before the server has answered', () => {
    outcome = () => new Promise(() => {});
    void setStatus(row(), 'closed');
    undo();
    expect(told.at(-1)).toMatchObject({ body: { status: 'open' }, undoes: '1' });
  });

  it('not over what somebody else has done since', async () => {
    await setStatus(row(), 'closed');
    hub.store.changeRow(7, { status: 'pending' });
    undo();
    expect([told.length, said().at(-1)]).toEqual([1, 'Отменить уже нельзя: с тех пор диалог изменили.']);
    redo();
    expect([told.length, said().at(-1)]).toEqual([1, 'Возвращать нечего.']);
  });

  it('not what was refused, nor what another person has done in this tab', async () => {
    outcome = async () => new Problem(403, 'forbidden', '');
    await setStatus(row(), 'closed');
    undo();
    outcome = async () => 'done';
    await setStatus(row(), 'pending');
    hub.store.me = 2;
    undo();
    expect([told.length, said().filter((it) => it === 'Отменять нечего.').length]).toEqual([2, 2]);
  });

  it('not what was refused after it was said to wait', async () => {
    let refuse = (_: Outcome): void => {};
    outcome = async () => 'waiting';
    ended = () => new Promise((done) => (refuse = done));
    await setStatus(row(), 'closed');
    refuse(new Problem(409, 'conflict', ''));
    await settle();
    undo();
    expect([told.length, said().at(-1)]).toEqual([1, 'Отменять нечего.']);
  });

  it('again what was not taken back when that was tried', async () => {
    await setStatus(row(), 'closed');
    outcome = async () => new Problem(403, 'forbidden', '');
    undo();
    await settle();
    hub.store.changeRow(7, { status: 'closed' });
    redo();
    outcome = async () => 'done';
    undo();
    expect(told.map((it) => it.body.status)).toEqual(['closed', 'open', 'open']);
  });

  it('not into a time that has passed', async () => {
    const soon = new Date(Date.now() + 60_000);
    hub.store.changeRow(7, { status: 'snoozed', snoozed_until: soon.toISOString() });
    await setStatus(row(), 'closed');
    await setStatus(row(), 'snoozed', soon);
    undo();
    vi.setSystemTime(soon.getTime() + 1);
    redo();
    expect([told.length, said().at(-1)]).toEqual([3, 'Это время уже прошло']);
    undo();
    expect(told.at(-1)).toMatchObject({ body: { status: 'open' }, show: { status: 'open', snoozed_until: null } });
  });

  it('not once more what was taken back from what was said', async () => {
    await setStatus(row(), 'closed');
    toasts().at(-1)!.action!.run();
    undo();
    expect([told.length, said().at(-1)]).toEqual([2, 'Отменять нечего.']);
  });
});

describe('taking back an assignment', () => {
  it('is for as long as it is with whom it was given to', async () => {
    hub.store.changeRow(7, { assignee: dana });
    await assign(row(), me);
    undo();
    expect(told.map((it) => it.body)).toEqual([
      { assignee_id: 1, if_assignee: 2 },
      { assignee_id: 2, if_assignee: 1 },
    ]);
  });

  it('says nothing once more: its note is written once', async () => {
    await assign(row(), dana, 'Ждёт смету');
    undo();
    redo();
    expect(told.map((it) => it.body)).toEqual([
      { assignee_id: 2, if_assignee: null, note: 'Ждёт смету' },
      { assignee_id: null, if_assignee: 2 },
      { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' },
    ]);
  });

  it('also where nobody or the agent had it', async () => {
    hub.store.changeRow(7, { handler: 'agent' });
    await assign(row(), me);
    undo();
    await giveToAgent(row());
    await assign(row(), null);
    expect(told.map((it) => it.body)).toEqual([
      { assignee_id: 1, if_assignee: null },
      { agent: true, if_assignee: 1 },
      { agent: true, if_assignee: null },
      { assignee_id: null, if_assignee: null },
    ]);
  });
});
