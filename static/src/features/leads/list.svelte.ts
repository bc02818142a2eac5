import { get } from '../../api/client';
import type { Id, Lead } from '../../api/types';
import { hub } from '../../realtime/hub.svelte';
import type { Sorted } from '../../realtime/indexes.svelte';
import { fits, queryOf, says, type LeadFilter } from './filter';

const PAGE = 100;
const newestFirst = (a: Lead, b: Lead): number => b.id - a.id;
type Page = { leads: Lead[]; total: number; next_cursor: string | null };

/** What the page shows is chosen from the book of leads; the server fills the book, page by page, newest first. */
export class LeadList {
  error = $state.raw<unknown>(null);
  loading = $state(false);
  #cursor = $state.raw<string | null | undefined>(undefined);
  /** The page asked for last: what failed is what is tried again. */
  #asked: string | null = null;
  #total = $state(0);
  #found = $state.raw<ReadonlySet<Id>>(new Set());
  /** Older leads than this may be missing in between, so they are not shown yet. */
  #horizon = $state<Id>(0);
  #fitting: Sorted<Lead>;

  constructor(readonly filter: LeadFilter) {
    const fitting: LeadFilter = { ...filter, q: '' };
    this.#fitting = hub.store.leads.sorted(`list?${queryOf(fitting)}`, (it) => fits(it, fitting), newestFirst);
  }

  get loaded(): boolean {
    return this.#cursor !== undefined;
  }
  get more(): boolean {
    return !!this.#cursor;
  }

  rows = (): Lead[] => this.#fitting.items.filter((it) => this.#shows(it));

  /** How many there are, with those that came while the page was open. */
  total(rows: readonly Lead[]): number {
    if (!this.more) return rows.length;
    return this.#total + rows.filter((it) => !this.#found.has(it.id)).length;
  }

  reload = (): Promise<void> => this.#load(null);
  retry = (): Promise<void> => this.#load(this.#asked);
  loadMore = async (): Promise<void> => {
    if (this.#cursor && !this.loading) await this.#load(this.#cursor);
  };

  #shows(lead: Lead): boolean {
    if (lead.id < this.#horizon) return false;
    // The server searches in its own way; what it found is not judged again.
    return this.#found.has(lead.id) || !this.filter.q || says(lead, this.filter.q);
  }

  async #load(cursor: string | null): Promise<void> {
    this.#asked = cursor;
    this.loading = true;
    this.error = null;
    try {
      const query = queryOf(this.filter);
      query.set('limit', String(PAGE));
      if (cursor) query.set('cursor', cursor);
      const page = await get<Page>(`/api/leads?${query}`);
      page.leads.forEach((it) => hub.store.leads.put(it));
      this.#found = new Set([...(cursor ? this.#found : []), ...page.leads.map((it) => it.id)]);
      this.#total = page.total;
      this.#horizon = page.next_cursor ? (page.leads.at(-1)?.id ?? 0) : 0;
      this.#cursor = page.next_cursor;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}
