import { patch } from '../../api/client';
import type { Lead, LeadStatus, Person } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { explain } from '../../lib/explain';
import { mutate } from '../../lib/mutate';
import { hub } from '../../realtime/hub.svelte';
import { leadName } from './words';

/** Changes the lead at once, tells the server, and takes the change back if it refuses. */
const change = (lead: Lead, shown: Partial<Lead>, body: object, rest: Partial<Parameters<typeof mutate<Lead>>[0]> = {}) =>
  mutate({
    show: () => hub.store.leads.tentative(lead.id, shown),
    run: () => patch<Lead>(`/api/leads/${lead.id}`, body),
    done: (it) => hub.store.leads.put(it),
    ...rest,
  });

const current = (lead: Lead): Lead => hub.store.leads.get(lead.id) ?? lead;

export async function setLeadStatus(lead: Lead, status: LeadStatus): Promise<void> {
  if (lead.status === status) return;
  await change(
    lead,
    { status },
    { status },
    {
      said: `${leadName(lead)}: ${t(`lead.${status}`)}`,
      undo: () => change(current(lead), { status: lead.status }, { status: lead.status }),
    },
  );
}

export async function assignLead(lead: Lead, to: Person | null): Promise<void> {
  const before = lead.assignee;
  if (before?.id === to?.id) return;
  await change(
    lead,
    { assignee: to },
    { assignee_id: to?.id ?? null },
    {
      said: to ? t('done.assigned', { name: to.name }) : t('done.unassigned'),
      undo: () => change(current(lead), { assignee: before }, { assignee_id: before?.id ?? null }),
    },
  );
}

export type LeadWords = 'name' | 'phone' | 'city' | 'object_type' | 'area' | 'summary';

/** Null = saved; else the sentence to show by the field. */
export async function rewriteLead(lead: Lead, field: LeadWords, value: string): Promise<string | null> {
  const refusal = await change(lead, {}, { [field]: value.trim() }, { said: t('saved'), told: () => true });
  return refusal && (refusal.fields[field] ?? explain(refusal));
}
