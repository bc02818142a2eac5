import type { Conversation, Id } from '../../../api/types';
import { picked } from '../picked.svelte';

/** Where a range begins: the row that was chosen last. */
let anchor: Id | null = null;

export function toggle(id: Id): void {
  const next = new Set(picked.ids);
  if (!next.delete(id)) next.add(id);
  picked.ids = next;
  anchor = id;
}

/** All from the row chosen last, or the one that stands open, to this one. */
export function extend(rows: readonly Conversation[], to: Id, open: Id | null): void {
  const placeOf = (id: Id | null): number => rows.findIndex((it) => it.id === id);
  const from = [placeOf(anchor), placeOf(open), placeOf(to)].find((it) => it >= 0) ?? -1;
  const end = placeOf(to);
  if (from < 0 || end < 0) return;
  const ids = rows.slice(Math.min(from, end), Math.max(from, end) + 1).map((it) => it.id);
  picked.ids = new Set([...picked.ids, ...ids]);
  anchor = rows[from]?.id ?? null;
}

export const all = (rows: readonly Conversation[]): void => void (picked.ids = new Set(rows.map((it) => it.id)));

export function clear(): void {
  picked.ids = new Set();
  anchor = null;
}
