import type { Lead } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';

export const numbered = (lead: Pick<Lead, 'number'>): string => t('leads.details', { number: String(lead.number) });

/** What a lead is called where nobody has said a name. */
export const leadName = (lead: Pick<Lead, 'name' | 'number'>): string => lead.name.trim() || numbered(lead);

/** "House · 150 m² · Almaty": what is wanted, in one line. */
export const requestLine = (lead: Lead): string => [lead.object_type, lead.area, lead.city].filter(Boolean).join(' · ');
