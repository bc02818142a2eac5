import type { CustomerBrief } from '../api/types';
import { t } from '../i18n/i18n.svelte';

/** What a customer is called everywhere, whatever is known of them. One that was written by an older version has no number. */
export const customerName = (it: Pick<CustomerBrief, 'number' | 'name'> & Partial<CustomerBrief>): string =>
  it.name?.trim() ||
  (it.username ? `@${it.username}` : it.phone) ||
  t('customer.unnamed', { number: String(it.number || '') }).trim();
