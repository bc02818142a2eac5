import type { Id, Message } from '../../api/types';

/** Another operator's answer that came after `seq`, with its age in words' parameters. */
export function answeredByOther(messages: readonly Message[], me: Id | null, seq: number, now: Date): { name: string; n: number } | null {
  const other = messages.findLast((it) => it.direction === 'out' && it.seq > seq && it.author.type === 'operator' && it.author.id !== me);
  if (!other) return null;
  return { name: other.author.name ?? '', n: Math.max(0, Math.round((now.getTime() - Date.parse(other.created_at)) / 1000)) };
}
