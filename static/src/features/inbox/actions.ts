import { get } from '../../api/client';
import type { Problem } from '../../api/problem';
import type { Conversation, Id, Person, Status } from '../../api/types';
import { t, type Key } from '../../i18n/i18n.svelte';
import { navigate } from '../../lib/router.svelte';
import { toast } from '../../lib/toast.svelte';
import type { NewChange } from '../../realtime/change-rules';
import { hub } from '../../realtime/hub.svelte';
import { href } from '../../routes';
import { letGo } from './lists.svelte';

const DONE: Record<Status, Key> = {
  open: 'done.open',
  pending: 'done.pending',
  snoozed: 'done.snoozed',
  closed: 'done.closed',
};

const shownNow = (row: Conversation): Conversation => hub.store.row(row.id) ?? row;

/** Changes the row at once; the server is told as soon as can be. If it refuses, the change is taken back with the reason. Null: it did. */
async function change(row: Conversation, it: Pick<NewChange, 'kind' | 'body' | 'show' | 'undoes'>): Promise<Done | null> {
  letGo(row.id);
  const { id, outcome } = hub.changes.add({ conversation_id: row.id, ...it });
  const ended = await outcome;
  return ended === 'done' || ended === 'waiting' ? { id, waits: ended === 'waiting' } : null;
}
type Done = { id: string; waits: boolean };

/** Offers to take it back. What waits for the link is said to. */
function said(text: string, { waits }: Done, undo: () => unknown): void {
  const whole = waits ? `${text} · ${t('done.waits')}` : text;
  toast(whole, { action: { label: t('undo'), run: () => void undo() } });
}

const statusChange = (status: Status, until: string | null): Pick<NewChange, 'kind' | 'body' | 'show'> => ({
  kind: 'status',
  show: { status, snoozed_until: until },
  body: { status, ...(until ? { until } : {}) },
});

export async function setStatus(row: Conversation, status: Status, until?: Date): Promise<void> {
  const before = { status: row.status, until: row.snoozed_until ?? null };
  const done = await change(row, statusChange(status, until?.toISOString() ?? null));
  if (!done) return;
  said(t(DONE[status]), done, () => {
    // A snooze whose time has passed comes back as open.
    const back = before.status === 'snoozed' && !before.until ? 'open' : before.status;
    return change(shownNow(row), { ...statusChange(back, back === 'snoozed' ? before.until : null), undoes: done.id });
  });
}

export async function assign(row: Conversation, to: Person | null, undoes?: string): Promise<void> {
  const before = row.assignee;
  // Nobody's and the agent's are two things: taking it from the agent is an act.
  if (before?.id === to?.id && row.handler !== 'agent') return;
  const body = { assignee_id: to?.id ?? null, if_assignee: before?.id ?? null };
  const show: Partial<Conversation> = { assignee: to, handler: to ? 'operator' : 'queue' };
  const done = await change(row, { kind: 'assign', body, show, undoes });
  if (!done) return;
  said(to ? t('done.assigned', { name: to.name }) : t('done.unassigned'), done, () => {
    if (row.handler === 'agent') return giveToAgent(shownNow(row), done.id);
    const back = { assignee_id: before?.id ?? null };
    return change(shownNow(row), {
      kind: 'assign',
      body: back,
      show: { assignee: before, handler: row.handler },
      undoes: done.id,
    });
  });
}

export async function giveToAgent(row: Conversation, undoes?: string): Promise<void> {
  const before = row.assignee;
  const show: Partial<Conversation> = { assignee: null, handler: 'agent' };
  // The server sets no condition on this, but whoever is told instead of it must have one.
  const body = { agent: true, if_assignee: before?.id ?? null };
  const done = await change(row, { kind: 'assign', body, show, undoes });
  if (done) said(t('done.toAgent'), done, () => assign(shownNow(row), before, done.id));
}

hub.onRefused.set('assign', ({ conversation_id, body }, problem) => {
  if (body.agent === true && (problem.fields.agent || problem.code === 'agent_off')) return agentIsOff(conversation_id);
  return taken(conversation_id, problem);
});

function agentIsOff(id: Id): true {
  const channel = hub.store.row(id)?.channel_id;
  const setUp = channel && {
    action: { label: t('assign.setUp'), run: (): void => navigate(href('agent', { id: channel })) },
  };
  toast(t('assign.agentOff'), { tone: 'bad', ...setUp });
  return true;
}

/** Somebody was quicker: it is said who, and the row shows it. */
function taken(id: Id, problem: Problem): boolean {
  if (problem.status === 404) {
    // Whoever sees only their own and nobody's sees it no more.
    hub.store.removeRow(id);
    toast(t('assign.gone'), { tone: 'bad' });
    return true;
  }
  if (problem.code !== 'taken') return false;
  hub.store.changeRow(id, { assignee: problem.holder });
  hub.store.onDoubt(id);
  toast(problem.holder ? t('assign.taken', { name: problem.holder.name }) : t('assign.freed'), { tone: 'bad' });
  return true;
}

/** It is known, and nothing of it was missed. */
export async function ensureRow(id: Id): Promise<void> {
  if (hub.store.conversations.fresh(id)) return;
  const { me } = hub.store;
  const row = await get<Conversation>(`/api/conversations/${id}`);
  if (hub.store.me === me) hub.store.putRow(row);
}
