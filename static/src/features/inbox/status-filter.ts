import type { Conversation, Status } from '../../api/types';

/** `open` is what the counts count: open and pending. */
export type StatusFilter = Status | 'any';
export const FILTERS: readonly StatusFilter[] = ['open', 'pending', 'snoozed', 'closed', 'any'];
export const hasStatus = (wanted: StatusFilter, { status }: Conversation): boolean =>
  wanted === 'any' || (wanted === 'open' ? status === 'open' || status === 'pending' : status === wanted);
