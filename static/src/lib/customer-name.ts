import type { CustomerBrief } from '../api/types';
import { numbered } from './numbered';

type Named = Pick<CustomerBrief, 'name'> & Partial<Omit<CustomerBrief, 'number'>> & { number: number | null };

/** What a customer is called everywhere, whatever is known of them. */
export const customerName = (it: Named): string =>
  it.name?.trim() || (it.username ? `@${it.username}` : it.phone) || numbered('customer', it.number);
