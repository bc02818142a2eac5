import type { Id, Lead, LeadStatus } from '../../api/types';
import { numberOr, oneOf, printQuery, words } from '../../lib/query';
import { sorting } from '../../ui/sorting';

export const STATUSES: readonly LeadStatus[] = ['new', 'in_progress', 'won', 'lost'];
export type LeadFilter = { status: LeadStatus | 'any'; assignee: 'any' | 'none' | Id; q: string };
export const NO_FILTER: LeadFilter = { status: 'any', assignee: 'any', q: '' };

export const isFiltered = (it: LeadFilter): boolean => it.status !== 'any' || it.assignee !== 'any' || it.q !== '';

/** What is asked of the server. */
export const FILTER_QUERY = {
  status: oneOf<LeadStatus | 'any'>(['any', ...STATUSES], 'any'),
  assignee: numberOr<'any' | 'none'>(['any', 'none'], 'any'),
  q: words,
};

/** What stands in the page's address. */
export const LEAD_QUERY = { ...FILTER_QUERY, sort: sorting('name', 'status', 'assignee', 'created') };

export const queryOf = (filter: LeadFilter): URLSearchParams => new URLSearchParams(printQuery(FILTER_QUERY, filter));

const digits = (text: string): string => text.replace(/\D/g, '');

/** Whether words of a search are found in a lead; a number is found however it is written. */
export function says(lead: Lead, q: string): boolean {
  const wanted = q.trim().toLocaleLowerCase();
  const number = digits(wanted);
  if (number.length >= 4 && (digits(lead.phone).includes(number) || digits(lead.phone_e164).includes(number))) return true;
  return [lead.name, lead.phone, lead.city, lead.object_type, lead.area, lead.summary].some((it) =>
    it.toLocaleLowerCase().includes(wanted),
  );
}

export function fits(lead: Lead, filter: LeadFilter): boolean {
  if (filter.status !== 'any' && lead.status !== filter.status) return false;
  if (filter.assignee === 'none') return lead.assignee === null;
  return filter.assignee === 'any' || lead.assignee?.id === filter.assignee;
}
