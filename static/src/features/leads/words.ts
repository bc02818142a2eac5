import type { Lead } from '../../api/types';

/** "House · 150 m² · Almaty": what is wanted, in one line. */
export const requestLine = (lead: Lead): string => [lead.object_type, lead.area, lead.city].filter(Boolean).join(' · ');
