import type { Id, Message } from '../../api/types';
import { relativeAgo } from '../../lib/time';

/** Up to where this conversation is seen here: its row may be older than its newest message. */
export const seenSeq = (row: { seq: number }, messages: readonly Message[]): number =>
  Math.max(row.seq, messages.at(-1)?.seq ?? 0);

export type Other = { name: string; ago: string };

/** Another operator's answer that came after `seq`, with its age in words. */
export function answeredByOther(
  messages: readonly Message[],
  me: Id | null,
  seq: number,
  now: Date,
  locale: string,
): Other | null {
  const other = messages.findLast(
    (it) => it.direction === 'out' && it.seq > seq && it.author.type === 'operator' && it.author.id !== me,
  );
  return other ? { name: other.author.name || '?', ago: relativeAgo(other.created_at, locale, now) } : null;
}
