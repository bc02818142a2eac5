import { Problem } from '../../api/problem';
import type { Customer } from '../../api/types';
import { t, tMaybe } from '../../i18n/i18n.svelte';
import { explain } from '../../lib/explain';
import { toast } from '../../lib/toast.svelte';
import { hub } from '../../realtime/hub.svelte';
import type { Editable } from './customer-properties';

/** Keeps one field of a customer, at once or when there is a link. Null = it is kept; else the sentence to show by the field. */
export async function edit(customer: Customer, name: Editable, value: string): Promise<string | null> {
  const wanted = value.trim() || null;
  const { outcome } = hub.changes.add({
    customer_id: customer.id,
    kind: `edit.${name}`,
    body: { [name]: wanted },
    show: { [name]: wanted },
    from: customer[name] ?? null,
  });
  const ended = await outcome;
  if (ended instanceof Problem) return sentence(ended, name);
  toast(ended === 'waiting' ? `${t('saved')} · ${t('done.waits')}` : t('saved'));
  return null;
}

export const sentence = (problem: Problem, name: Editable): string =>
  problem.fields[name] ?? tMaybe(`stuck.${problem.code}`) ?? explain(problem);
