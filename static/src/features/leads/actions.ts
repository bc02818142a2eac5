import { patch } from '../../api/client';
import { asProblem, type Problem } from '../../api/problem';
import type { Lead, LeadStatus, Person } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { explain } from '../../lib/explain';
import { toast } from '../../lib/toast.svelte';
import { hub } from '../../realtime/hub.svelte';

/** Changes the lead at once, tells the server, and takes the change back if it refuses. Answers the refusal. */
async function change(lead: Lead, optimistic: Partial<Lead>, body: object): Promise<Problem | null> {
  hub.store.leads.change(lead.id, optimistic);
  try {
    hub.store.leads.put(await patch<Lead>(`/api/leads/${lead.id}`, body));
    return null;
  } catch (error) {
    hub.store.leads.change(lead.id, Object.fromEntries(Object.keys(optimistic).map((key) => [key, lead[key as keyof Lead]])));
    return asProblem(error);
  }
}

/** As above; the refusal is said, and what was done can be undone. */
async function changeSaying(lead: Lead, optimistic: Partial<Lead>, body: object, said: string, undo: () => void): Promise<void> {
  const refusal = await change(lead, optimistic, body);
  if (refusal) toast(explain(refusal), { tone: 'bad' });
  else toast(said, { action: { label: t('undo'), run: undo } });
}

const current = (lead: Lead): Lead => hub.store.leads.get(lead.id) ?? lead;

export async function setLeadStatus(lead: Lead, status: LeadStatus): Promise<void> {
  if (lead.status === status) return;
  const undo = (): void => void change(current(lead), { status: lead.status }, { status: lead.status });
  await changeSaying(lead, { status }, { status }, `${lead.name || lead.phone}: ${t(`lead.${status}`)}`, undo);
}

export async function assignLead(lead: Lead, to: Person | null): Promise<void> {
  const before = lead.assignee;
  if (before?.id === to?.id) return;
  const undo = (): void => void change(current(lead), { assignee: before }, { assignee_id: before?.id ?? null });
  await changeSaying(
    lead,
    { assignee: to },
    { assignee_id: to?.id ?? null },
    to ? t('done.assigned', { name: to.name }) : t('done.unassigned'),
    undo,
  );
}

export type LeadWords = 'name' | 'phone' | 'city' | 'object_type' | 'area' | 'summary';

/** Null = saved; else the sentence to show by the field. */
export async function rewriteLead(lead: Lead, field: LeadWords, value: string): Promise<string | null> {
  const refusal = await change(lead, {}, { [field]: value.trim() });
  if (!refusal) toast(t('saved'));
  return refusal && (refusal.fields[field] ?? explain(refusal));
}
