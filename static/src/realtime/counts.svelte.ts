import type { Id, View } from '../api/types';

/** Of open conversations of a view: `unread` by this person, and `waiting` for an answer of ours, the same for everybody. Each ends at 100. */
export type ViewCount = { unread: number; waiting: number };
export type CountsFrame = { type: 'counts.updated'; counts: Partial<Record<View, ViewCount>> };

const NONE: ViewCount = { unread: 0, waiting: 0 };

/** What the server counts. Nothing is added up here: two that add drift apart. */
export class Counts {
  #of = $state.raw<CountsFrame['counts']>({});
  #told = false;

  /** Conversations with an unread note that names this person: the bell knows them, the server counts none. */
  named = $state.raw<ReadonlySet<Id>>(new Set());

  of = (view: View): ViewCount => (view === 'mentions' ? { unread: this.named.size, waiting: 0 } : (this.#of[view] ?? NONE));

  take(counts: CountsFrame['counts']): void {
    this.#told = true;
    this.#of = counts;
  }

  /** From a list's answer, for the first paint: the feed's own figures are newer than any of these. */
  offer(unread: Partial<Record<View, number>>, waiting: Partial<Record<View, number>> = {}): void {
    if (this.#told) return;
    const views = Object.keys(unread) as View[];
    this.#of = Object.fromEntries(views.map((it) => [it, { unread: unread[it] ?? 0, waiting: waiting[it] ?? 0 }]));
  }

  /** The feed has a hole before this point: its figures may be older than a list's. */
  markStale(): void {
    this.#told = false;
  }

  clear(): void {
    this.#told = false;
    this.#of = {};
    this.named = new Set();
  }
}
