import { patch } from '../../api/client';
import type { Id, Lead, LeadStatus, Person } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { mutate } from '../../lib/mutate';
import { toast } from '../../lib/toast.svelte';
import { hub } from '../../realtime/hub.svelte';

type Change = object;
export const toStatus = (status: LeadStatus): Change => ({ status });
export const toPerson = (to: Person | null): Change => ({ assignee_id: to?.id ?? null });

/** So many at a time: the server is asked, not stormed. */
const AT_ONCE = 6;

async function each(changes: readonly [Lead, Change][]): Promise<Lead[]> {
  const done: Lead[] = [];
  const waiting = [...changes];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [lead, body] = next;
      const run = (): Promise<Lead> => patch<Lead>(`/api/leads/${lead.id}`, body);
      if (!(await mutate({ run, done: (it) => hub.store.leads.put(it), told: () => true }))) done.push(lead);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}

/** Changes the leads chosen, those whom it changes; says how many, and takes them all back at once. */
export async function changeMany(ids: Iterable<Id>, change: Change, back: (lead: Lead) => Change): Promise<void> {
  const leads = [...ids].flatMap((id) => hub.store.leads.get(id) ?? []);
  const done = await each(leads.map((it) => [it, change]));
  const failed = leads.length - done.length;
  if (failed > 0) toast(t('leads.manyFailed', { n: failed }), { tone: 'bad' });
  if (done.length === 0) return;
  const undo = (): void => void each(done.map((it) => [it, back(it)]));
  toast(t('leads.manyDone', { n: done.length }), { action: { label: t('undo'), run: undo } });
}
