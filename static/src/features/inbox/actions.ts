import { get } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Conversation, Id, Person, Status } from '../../api/types';
import { t, type Key } from '../../i18n/i18n.svelte';
import { toast } from '../../lib/toast.svelte';
import { UndoStack, type Step } from '../../lib/undo.svelte';
import { hub } from '../../realtime/hub.svelte';
import { markUnread } from './history';
import { letGo } from './lists.svelte';

const DONE: Record<Status, Key> = {
  open: 'done.open',
  pending: 'done.pending',
  snoozed: 'done.snoozed',
  closed: 'done.closed',
};

const steps = new UndoStack();
let doer: Id | null = null;
/** What this person has done with conversations in this tab, and can take back. Whoever signs in next has done none of it. */
export function mine(): UndoStack {
  if (doer !== hub.store.me) steps.clear();
  doer = hub.store.me;
  return steps;
}

export type Deed = { kind: 'status' | 'assign' | 'read'; body: Record<string, unknown>; show: Partial<Conversation> };
/** What is done, and what takes it back. */
export type Reversible = { deed: Deed; back: Deed };

/** Changes the row at once; the server is told as soon as can be. If it refuses, the change is taken back with the reason. */
export const tell = (id: Id, deed: Deed, more: { undoes?: string; quiet?: true } = {}): ReturnType<typeof hub.changes.add> => {
  letGo(id);
  // The answer to it brings no row.
  if (deed.kind === 'read') hub.store.setUnread(id, deed.show.unread ?? 0, null);
  return hub.changes.add({ conversation_id: id, ...deed, ...more });
};

/** Done, and said with the way back: from what is said, or by key. */
async function act(id: Id, label: string, { deed, back }: Reversible): Promise<void> {
  let last = tell(id, deed);
  // However often it is done again, its note is written once.
  const again = deed.body.note ? { ...deed, body: { ...deed.body, client_id: last.id } } : deed;
  const step: Step = {
    label,
    undo: () => {
      if (!stands(id, deed.show)) return (toast(t('undo.late')), false);
      const before = asOfNow(back);
      // It was put off until a time that has come meanwhile.
      if (stands(id, before.show)) return (toast(t('snooze.past')), false);
      const { outcome, ended } = (last = tell(id, before, { undoes: last.id }));
      void outcome.then((it) => it instanceof Problem || toast(t('undo.done', { what: label })));
      // What could not be taken back is still done.
      void ended.then((it) => it instanceof Problem && mine().restore(step));
    },
    redo: () => {
      if (isPast(deed)) return (toast(t('snooze.past')), false);
      last = tell(id, again);
      void say();
    },
  };
  async function say(): Promise<void> {
    // Refused later than it was said: there is nothing to take back all the same.
    void last.ended.then((it) => it instanceof Problem && steps.drop(step));
    const ended = await last.outcome;
    if (ended instanceof Problem) return;
    // Taken back meanwhile: that is said instead.
    if (!steps.holds(step)) return;
    // What waits for the link is said to.
    const text = ended === 'waiting' ? `${label} · ${t('done.waits')}` : label;
    toast(text, { action: { label: t('undo'), run: () => void mine().undo(step) } });
  }
  mine().push(step);
  await say();
}

const SECOND = 1000;

/** Nobody has changed it since: what would be taken back is what is there. */
export function stands(id: Id, made: Partial<Conversation>): boolean {
  const row = hub.store.row(id);
  if (!row) return false;
  if (made.unread !== undefined) return row.unread === made.unread;
  if (made.status === undefined) return row.assignee?.id === made.assignee?.id && row.handler === made.handler;
  const apart = Date.parse(row.snoozed_until ?? '0') - Date.parse(made.snoozed_until ?? '0');
  return row.status === made.status && (made.status !== 'snoozed' || Math.abs(apart) < SECOND);
}

const status = (to: Status, until: string | null): Deed => ({
  kind: 'status',
  body: { status: to, ...(until ? { until } : {}) },
  show: { status: to, snoozed_until: until },
});

const isPast = ({ show }: Deed): boolean => !!show.snoozed_until && Date.parse(show.snoozed_until) <= Date.now();
/** What was put off until a time that has passed is open by now. */
export const asOfNow = (back: Deed): Deed => (isPast(back) ? status('open', null) : back);

export function statusOf(row: Conversation, to: Status, until?: Date): Reversible {
  // A snooze whose time has passed comes back as open.
  const wakes = row.status === 'snoozed' ? (row.snoozed_until ?? null) : null;
  const before = row.status === 'snoozed' && !wakes ? 'open' : row.status;
  return { deed: status(to, until?.toISOString() ?? null), back: status(before, wakes) };
}

export const setStatus = (row: Conversation, to: Status, until?: Date): Promise<void> =>
  act(row.id, t(DONE[to]), statusOf(row, to, until));

type Holder = Person | 'agent' | null;

/** The condition is who has it now: whoever else has been quicker keeps it. */
function give(to: Holder, from: Holder, handler?: Conversation['handler'], note = ''): Deed {
  const if_assignee = from === 'agent' ? null : (from?.id ?? null);
  if (to === 'agent') return { kind: 'assign', body: { agent: true, if_assignee }, show: { assignee: null, handler: 'agent' } };
  const show: Partial<Conversation> = { assignee: to, handler: handler ?? (to ? 'operator' : 'queue') };
  return { kind: 'assign', body: { assignee_id: to?.id ?? null, if_assignee, ...(note ? { note } : {}) }, show };
}

const holderOf = (row: Conversation): Holder => row.assignee ?? (row.handler === 'agent' ? 'agent' : null);

/** Null: it is so. A `note` for the colleagues goes along with it. */
export function assignmentOf(row: Conversation, to: Person | null, note = ''): Reversible | null {
  const before = holderOf(row);
  // Nobody's and the agent's are two things: taking it from the agent is an act.
  if (before !== 'agent' && before?.id === to?.id) return null;
  return { deed: give(to, before, undefined, note), back: give(before, to, row.handler) };
}

export async function assign(row: Conversation, to: Person | null, note = ''): Promise<void> {
  const it = assignmentOf(row, to, note);
  if (it) await act(row.id, to ? t('done.assigned', { name: to.name }) : t('done.unassigned'), it);
}

export const giveToAgent = (row: Conversation): Promise<void> =>
  act(row.id, t('done.toAgent'), {
    deed: give('agent', holderOf(row)),
    back: give(holderOf(row), 'agent', row.handler),
  });

/** Whoever comes back to it finds it as if its last message had just come. */
export function makeUnread(row: Conversation): void {
  if (row.last_message) markUnread(row, row.last_message.id);
}

/** The newest that can be taken back, or done again, by key. */
export const undo = (): void => void (mine().undo() ?? toast(t('undo.nothing')));
export const redo = (): void => void (mine().redo() ?? toast(t('redo.nothing')));

/** It is known, and nothing of it was missed. */
export async function ensureRow(id: Id): Promise<void> {
  const { me, conversations } = hub.store;
  if (conversations.fresh(id)) return;
  const asked = conversations.turn;
  const row = await get<Conversation>(`/api/conversations/${id}`);
  if (hub.store.me === me) hub.store.putRow(row, asked);
}
