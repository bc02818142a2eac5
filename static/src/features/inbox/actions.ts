import { get, post } from '../../api/client';
import type { Problem } from '../../api/problem';
import type { Conversation, Id, Person, Status } from '../../api/types';
import { t, type Key } from '../../i18n/i18n.svelte';
import { mutate } from '../../lib/mutate';
import { navigate } from '../../lib/router.svelte';
import { toast } from '../../lib/toast.svelte';
import { hub } from '../../realtime/hub.svelte';
import { letGo } from './lists.svelte';

const DONE: Record<Status, Key> = {
  open: 'done.open',
  pending: 'done.pending',
  snoozed: 'done.snoozed',
  closed: 'done.closed',
};

/** Changes the row at once, tells the server, and takes the change back with a reason if it refuses. True: done. */
async function change(
  row: Conversation,
  optimistic: Partial<Conversation>,
  path: string,
  body: object,
  told = (_: Problem): boolean => false,
): Promise<boolean> {
  letGo(row.id);
  const refusal = await mutate({
    show: () => hub.store.conversations.tentative(row.id, optimistic),
    run: () => post<Conversation>(`/api/conversations/${row.id}/${path}`, body),
    done: (it) => hub.store.putRow(withUnread(row.id, it)),
    told,
  });
  return refusal === null;
}

const withUnread = (id: Id, answer: Conversation): Conversation => ({
  ...answer,
  unread: answer.unread ?? hub.store.row(id)?.unread ?? 0,
});

export async function setStatus(row: Conversation, status: Status, until?: Date): Promise<void> {
  const before = { status: row.status, until: row.snoozed_until };
  const body = { status, ...(until ? { until: until.toISOString() } : {}) };
  if (!(await change(row, { status, snoozed_until: until?.toISOString() ?? null }, 'status', body))) return;
  toast(t(DONE[status]), {
    action: {
      label: t('undo'),
      run: () => {
        const now = hub.store.row(row.id) ?? row;
        // A snooze whose time has passed comes back as open.
        const back = before.status === 'snoozed' && !before.until ? 'open' : before.status;
        void change(now, { status: back }, 'status', { status: back, ...(back === 'snoozed' ? { until: before.until } : {}) });
      },
    },
  });
}

export async function assign(row: Conversation, to: Person | null): Promise<void> {
  const before = row.assignee;
  // Nobody's and the agent's are two things: taking it from the agent is an act.
  if (before?.id === to?.id && row.handler !== 'agent') return;
  const body = { assignee_id: to?.id ?? null, if_assignee: before?.id ?? null };
  if (!(await change(row, { assignee: to, handler: to ? 'operator' : 'queue' }, 'assign', body, (it) => taken(row.id, it))))
    return;
  toast(to ? t('done.assigned', { name: to.name }) : t('done.unassigned'), {
    action: {
      label: t('undo'),
      run: () => {
        const now = hub.store.row(row.id) ?? row;
        if (row.handler === 'agent') void giveToAgent(now);
        else void change(now, { assignee: before }, 'assign', { assignee_id: before?.id ?? null });
      },
    },
  });
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

export async function giveToAgent(row: Conversation): Promise<void> {
  const before = row.assignee;
  const refused = (problem: Problem): boolean => {
    if (!problem.fields.agent && problem.code !== 'agent_off') return false;
    toast(t('assign.agentOff'), {
      tone: 'bad',
      action: { label: t('assign.setUp'), run: () => navigate(`/channels/${row.channel_id}/agent`) },
    });
    return true;
  };
  if (!(await change(row, { assignee: null, handler: 'agent' }, 'assign', { agent: true }, refused))) return;
  toast(t('done.toAgent'), { action: { label: t('undo'), run: () => void assign(hub.store.row(row.id) ?? row, before) } });
}

/** It is known, and nothing of it was missed. */
export async function ensureRow(id: Id): Promise<void> {
  if (hub.store.conversations.fresh(id)) return;
  const { me } = hub.store;
  const row = await get<Conversation>(`/api/conversations/${id}`);
  if (hub.store.me === me) hub.store.putRow(row);
}
