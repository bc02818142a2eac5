import type { Lead } from '../../api/types';
import { numbered } from '../../lib/numbered';

/** What a lead is called everywhere: by the name that was said, else by its number in the company. */
export const leadName = (lead: Pick<Lead, 'name' | 'number'>): string => lead.name.trim() || numbered('lead', lead.number);

/** "House · 150 m² · Almaty": what is wanted, in one line. */
export const requestLine = (lead: Lead): string => [lead.object_type, lead.area, lead.city].filter(Boolean).join(' · ');
