import type { Conversation } from '../../api/types';

/** Whose move it is, as a list's reader asks it: what waits for a person of ours, and how urgently. */
export type Standing =
  | { kind: 'ours'; since: string; urgency: 'fresh' | 'late' | 'overdue' }
  | { kind: 'customer' }
  | { kind: 'snoozed'; until: string | null }
  | { kind: 'none' };

const MINUTE = 60_000;
/** Minutes after which a customer begins to wait too long, and has waited too long. */
export const LATE = 5;
export const OVERDUE = 30;

const needsPerson = (row: Conversation): boolean => row.handler === 'operator' || row.handler === 'queue' || !!row.suggestion;

export function standingOf(row: Conversation, now: Date): Standing {
  if (row.status === 'snoozed') return { kind: 'snoozed', until: row.snoozed_until ?? null };
  if (row.status === 'pending') return { kind: 'customer' };
  const last = row.last_message;
  if (row.status !== 'open' || !last || !needsPerson(row)) return { kind: 'none' };
  if (last.direction === 'out') return { kind: 'customer' };
  if (last.direction !== 'in') return { kind: 'none' };
  const minutes = (now.getTime() - Date.parse(last.created_at)) / MINUTE;
  const urgency = minutes >= OVERDUE ? 'overdue' : minutes >= LATE ? 'late' : 'fresh';
  return { kind: 'ours', since: last.created_at, urgency };
}
