// What a table decides, without a screen: order, what of it is drawn, and what a range holds.

import type { Sort } from './sorting';

export type { Sort };

export type Key = number | string;
export type Column<T> = {
  id: string;
  title: string;
  /** The cell in plain words; what is more than words is drawn by the table's `cell` snippet. */
  text?: (row: T) => string;
  /** By what it is sorted; who has nothing (null) stands at the end either way. */
  sort?: (row: T) => string | number | null;
  /** Its share of the width, as a CSS length; without one it takes what is left. */
  width?: string;
  /** Figures stand at the end of their column. */
  end?: boolean;
  /** It cannot be put away. */
  fixed?: boolean;
  /** Put away until it is asked for. */
  hidden?: boolean;
  /** Where the table is narrower than this many pixels, it is left out. */
  from?: number;
};
/** Up, down, as it came. */
export function nextSort(sort: Sort, by: string): Sort {
  if (sort?.by !== by) return { by, down: false };
  return sort.down ? null : { by, down: true };
}

const collators = new Map<string, Intl.Collator>();
function collator(locale: string): Intl.Collator {
  let found = collators.get(locale);
  if (!found) collators.set(locale, (found = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })));
  return found;
}

/** The rows in order; equals keep theirs. The rows given stay as they are. */
export function sorted<T>(rows: readonly T[], columns: readonly Column<T>[], sort: Sort, locale: string): readonly T[] {
  const value = columns.find((it) => it.id === sort?.by)?.sort;
  if (!sort || !value) return rows;
  const { compare } = collator(locale);
  const sign = sort.down ? -1 : 1;
  // Each is asked once, not once for each comparison.
  const keyed = rows.map((row) => [value(row), row] as const);
  keyed.sort(([a], [b]) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)));
  });
  return keyed.map(([, row]) => row);
}

export type Span = { from: number; to: number };
const OVERSCAN = 6;

/** The rows in sight and a few around them; the one with the focus stays drawn, else it would lose it. */
export function drawn(top: number, height: number, rowHeight: number, count: number, active: number): Span[] {
  const from = Math.min(count, Math.max(0, Math.floor(top / rowHeight) - OVERSCAN));
  const to = Math.max(from, Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN));
  const spans = [{ from, to }].filter((it) => it.to > it.from);
  if (active < 0 || active >= count || (active >= from && active < to)) return spans;
  const kept = { from: active, to: active + 1 };
  return active < from ? [kept, ...spans] : [...spans, kept];
}

/** Where the list stands so that a row is in sight, moved as little as can be. */
export function scrollFor(index: number, rowHeight: number, top: number, height: number): number {
  const at = index * rowHeight;
  if (at < top) return at;
  return at + rowHeight > top + height ? at + rowHeight - height : top;
}

/** Where a row stands now. Gone, its neighbour has its place: the row that has come to where it stood. */
export function placeOf<T>(rows: readonly T[], key: (row: T) => Key, wanted: Key, was: number): number {
  const there = rows[was];
  if (there !== undefined && key(there) === wanted) return was;
  const found = rows.findIndex((it) => key(it) === wanted);
  return found >= 0 ? found : Math.max(0, Math.min(was, rows.length - 1));
}

/** What has left the list is not chosen any more: nothing is done to what nobody sees. */
export function keepChosen(chosen: Set<Key>, here: Iterable<Key>): void {
  const keys = new Set(here);
  for (const it of chosen) if (!keys.has(it)) chosen.delete(it);
}

/** From one row to another, whichever comes first. */
export function between(from: number, to: number): Span {
  return { from: Math.min(from, to), to: Math.max(from, to) + 1 };
}

/** Where a key leads from a row; null = it is no key of a table's. */
export function moved(key: string, at: number, count: number, page: number): number | null {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[key];
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to));
}
