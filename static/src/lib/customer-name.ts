import type { CustomerBrief } from '../api/types';
import { t } from '../i18n/i18n.svelte';

type Named = Pick<CustomerBrief, 'name'> & Partial<Omit<CustomerBrief, 'number'>> & { number: number | null };

/** What a customer is called everywhere, whatever is known of them. One that was written by an older version has no number. */
export const customerName = (it: Named): string =>
  it.name?.trim() ||
  (it.username ? `@${it.username}` : it.phone) ||
  t('customer.unnamed', { number: String(it.number || '') }).trim();
