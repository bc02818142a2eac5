import { get } from '../../api/client';
import type { components } from '../../api/generated';
import type { Customer } from '../../api/types';

export type MessageHit = components['schemas']['MessageFound'];
type Page = { messages: MessageHit[]; customers: Customer[]; next_cursor: string | null };
const PAGE = 30;

/** The server looks for nothing shorter: one letter is in everything. */
export const isSearchable = (q: string): boolean => (q.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 2;

/** What was found for some words, page by page, newest first. */
export class Found {
  messages = $state.raw<MessageHit[]>([]);
  customers = $state.raw<Customer[]>([]);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  #cursor = $state.raw<string | null | undefined>(undefined);

  constructor(readonly q: string) {}

  get loaded(): boolean {
    return this.#cursor !== undefined;
  }
  get more(): boolean {
    return !!this.#cursor;
  }
  get empty(): boolean {
    return this.messages.length === 0 && this.customers.length === 0;
  }

  load = (): Promise<void> => this.#load(null);
  loadMore = async (): Promise<void> => {
    if (this.#cursor && !this.loading) await this.#load(this.#cursor);
  };

  async #load(cursor: string | null): Promise<void> {
    if (!isSearchable(this.q)) return;
    this.loading = true;
    this.error = null;
    try {
      const query = new URLSearchParams({ q: this.q, limit: String(PAGE) });
      if (cursor) query.set('cursor', cursor);
      const page = await get<Page>(`/api/search?${query}`);
      this.messages = cursor ? [...this.messages, ...page.messages] : page.messages;
      this.customers = cursor ? [...this.customers, ...page.customers] : page.customers;
      this.#cursor = page.next_cursor;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}
