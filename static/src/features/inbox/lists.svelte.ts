import { get } from '../../api/client';
import type { Conversation, Id, View } from '../../api/types';
import { arrange, hold, type Arranged, type Held } from './held';
import { hub } from '../../realtime/hub.svelte';
import { firstWhere, type Sorted } from '../../realtime/indexes.svelte';
import { activity, newestActivity } from '../../realtime/store.svelte';
import { hasStatus, type StatusFilter } from './status-filter';

const PAGE = 100;

/** Which conversations have a note that names somebody, only the server can tell: those of its answers. */
const isIn = (view: View, row: Conversation, me: Id | null, named: ReadonlySet<Id>): boolean =>
  view === 'all' ||
  (view === 'mentions' && named.has(row.id)) ||
  (view === 'mine' && row.assignee !== null && row.assignee.id === me) ||
  (view === 'unassigned' && row.assignee === null);

type Page = {
  conversations: Conversation[];
  next_cursor: string | null;
  counts?: Partial<Record<View, number>>;
  waiting?: Partial<Record<View, number>>;
};

/** What the list shows is chosen from the store; the server only fills the store, page by page, newest activity first. */
export class ConversationList {
  cursor = $state.raw<string | null | undefined>(undefined);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  /** Older rows than this may be missing in between, so they are not shown yet. */
  #horizon = $state('');
  #named = new Set<Id>();
  /** Whose list it is, and how many times it was asked for: only the last answer counts. */
  #me: Id | null;
  #turn = 0;
  #fitting: Sorted<Conversation>;
  #held = $state.raw<Held | null>(null);
  #arranged = $derived.by((): Arranged => {
    const rows = this.rows();
    return this.#held ? arrange(this.#held, rows, hub.store.row) : { shown: rows, news: [] };
  });

  constructor(
    readonly view: View,
    readonly status: StatusFilter,
  ) {
    const me = (this.#me = hub.store.me);
    const fits = (row: Conversation): boolean => isIn(view, row, me, this.#named) && hasStatus(status, row);
    this.#fitting = hub.store.conversations.sorted(`${me}:${view}:${status}`, fits, newestActivity);
  }

  get loaded(): boolean {
    return this.cursor !== undefined;
  }

  /** Newest activity first. */
  rows = (): readonly Conversation[] => {
    const rows = this.#fitting.items;
    const end = this.#horizon ? firstWhere(rows, (it) => activity(it) < this.#horizon) : rows.length;
    return end === rows.length ? rows : rows.slice(0, end);
  };

  /** As they stand on the screen: in order, or as they stood when they were told to hold still. */
  shown = (): readonly Conversation[] => this.#arranged.shown;
  /** What waits above the rows that hold still. */
  news = (): readonly Conversation[] => this.#arranged.news;

  holdStill(): void {
    const rows = this.rows();
    this.#held = rows.length > 0 ? hold(rows) : null;
  }
  letMove(): void {
    this.#held = null;
  }
  /** What one has changed oneself may leave the list at once. */
  letGo(id: Id): void {
    if (this.#held?.at.has(id)) this.#held = { ...this.#held, free: new Set([...this.#held.free, id]) };
  }

  /** Rows that the server's list lacks, though by what we hold they belong in it: they have changed, or left, unseen by the feed. */
  #doubt(missing: ReadonlyMap<Id, number>): void {
    for (const [id, seq] of missing) {
      const row = hub.store.row(id);
      if (row && row.seq === seq && activity(row) >= this.#horizon) hub.store.onDoubt(id);
    }
  }

  /** A note has named this person there, of which the server's list said nothing. */
  admit = (id: Id): void => {
    if (this.#named.has(id)) return;
    this.#named.add(id);
    // Whether one fits is asked when it changes, or comes in.
    if (hub.store.row(id)) hub.store.changeRow(id, {});
    else hub.store.onUnknown(id);
  };

  reload = (): Promise<void> => this.#load(null);
  async more(): Promise<void> {
    if (this.cursor && !this.loading) await this.#load(this.cursor);
  }

  async #load(cursor: string | null): Promise<void> {
    const turn = ++this.#turn;
    const asked = hub.store.conversations.turn;
    this.loading = true;
    this.error = null;
    const before = cursor === null ? new Map(this.rows().map((row) => [row.id, row.seq])) : new Map<Id, number>();
    try {
      const query = new URLSearchParams({ view: this.view, limit: String(PAGE) });
      // The server takes each status at its word; open and pending together are what it gives unasked.
      if (this.status !== 'open') query.set('status', this.status);
      if (cursor) query.set('cursor', cursor);
      const page = await get<Page>(`/api/conversations?${query}`);
      // Before the rows: whether one fits is asked when it comes in.
      if (this.view === 'mentions') page.conversations.forEach((row) => this.#named.add(row.id));
      if (hub.store.me !== this.#me || turn !== this.#turn) return;
      page.conversations.forEach((row) => hub.store.putRow(row, asked));
      if (page.counts) hub.store.counts.offer(page.counts, page.waiting);
      const last = page.conversations.at(-1);
      this.#horizon = page.next_cursor && last ? activity(last) : '';
      this.cursor = page.next_cursor;
      for (const row of page.conversations) before.delete(row.id);
      this.#doubt(before);
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}

const lists = new Map<string, ConversationList>();

export function listOf(view: View, status: StatusFilter): ConversationList {
  const key = `${hub.store.me}:${view}:${status}`;
  let list = lists.get(key);
  // Made while a page draws itself, what it derives would end with that page; the list is there for the next one too.
  if (!list) $effect.root(() => void lists.set(key, (list = new ConversationList(view, status))));
  return list!;
}

/** A row that was changed by one's own hand need not hold still. */
export const letGo = (id: Id): void => lists.forEach((it) => it.letGo(id));
