import { get } from '../../api/client';
import type { Conversation, Id, Status, View } from '../../api/types';
import { hub } from '../../realtime/hub.svelte';
import { activity, type Counts } from '../../realtime/store.svelte';

/** `open` is what the counts count: open and pending. */
export type StatusFilter = Status | 'any';
export const FILTERS: StatusFilter[] = ['open', 'pending', 'snoozed', 'closed', 'any'];
const PAGE = 100;

type Page = { conversations: Conversation[]; next_cursor: string | null; counts?: Counts };

/** What the list shows is chosen from the store; the server only fills the store, page by page, newest activity first. */
export class ConversationList {
  cursor = $state.raw<string | null | undefined>(undefined);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  /** Older rows than this may be missing in between, so they are not shown yet. */
  #horizon = $state('');

  constructor(
    readonly view: View,
    readonly status: StatusFilter,
  ) {}

  get loaded(): boolean {
    return this.cursor !== undefined;
  }

  rows(): Conversation[] {
    return this.#fitting().sort((a, b) => (activity(a) < activity(b) ? 1 : activity(a) > activity(b) ? -1 : b.id - a.id));
  }

  #fitting(): Conversation[] {
    const me = hub.store.me;
    const shown: Conversation[] = [];
    for (const row of hub.store.rows.values()) {
      if (this.view === 'mine' && row.assignee?.id !== me) continue;
      if (this.view === 'unassigned' && row.assignee !== null) continue;
      if (
        this.status === 'open'
          ? row.status !== 'open' && row.status !== 'pending'
          : this.status !== 'any' && row.status !== this.status
      )
        continue;
      if (activity(row) < this.#horizon) continue;
      shown.push(row);
    }
    return shown;
  }

  /** Rows that the server's list lacks, though by what we hold they belong in it: they have changed, or left, unseen by the feed. */
  #doubt(missing: ReadonlyMap<Id, number>): void {
    for (const [id, seq] of missing) {
      const row = hub.store.row(id);
      if (row && row.seq === seq && activity(row) >= this.#horizon) hub.store.onUnknown(id);
    }
  }

  reload = (): Promise<void> => this.#load(null);
  async more(): Promise<void> {
    if (this.cursor && !this.loading) await this.#load(this.cursor);
  }

  async #load(cursor: string | null): Promise<void> {
    this.loading = true;
    this.error = null;
    const before = cursor === null ? new Map(this.#fitting().map((row) => [row.id, row.seq])) : new Map<Id, number>();
    try {
      const query = new URLSearchParams({ view: this.view, limit: String(PAGE) });
      // The server takes each status at its word; open and pending together are what it gives unasked.
      if (this.status !== 'open') query.set('status', this.status);
      if (cursor) query.set('cursor', cursor);
      const page = await get<Page>(`/api/conversations?${query}`);
      page.conversations.forEach((row) => hub.store.putRow(row));
      // After the rows: their own contributions are part of the server's figures already.
      if (page.counts) hub.store.counts = page.counts;
      const last = page.conversations.at(-1);
      this.#horizon = page.next_cursor && last ? activity(last) : '';
      this.cursor = page.next_cursor;
      for (const row of page.conversations) before.delete(row.id);
      this.#doubt(before);
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}

const lists = new Map<string, ConversationList>();

export function listOf(view: View, status: StatusFilter): ConversationList {
  const key = `${hub.store.me}:${view}:${status}`;
  let list = lists.get(key);
  if (!list) lists.set(key, (list = new ConversationList(view, status)));
  return list;
}
