import { SvelteMap } from 'svelte/reactivity';
import type { Id, Lead } from '../api/types';

const MOST = 5000;

/** The leads this browser knows of. Objects are never changed in place: of two, the greater `seq` stays. */
export class LeadBook {
  #leads = new SvelteMap<Id, Lead>();

  all = (): Iterable<Lead> => this.#leads.values();
  get = (id: Id): Lead | undefined => this.#leads.get(id);
  /** Newest first. */
  of = (conversation: Id): Lead[] =>
    [...this.#leads.values()].filter((it) => it.conversation_id === conversation).sort((a, b) => b.id - a.id);

  put(next: Lead): void {
    const known = this.#leads.get(next.id);
    if (known && known.seq > next.seq) return;
    // The feed leaves the provider's words out; they hold as long as the state does.
    const detail = next.notice.detail ?? (known?.notice.state === next.notice.state ? known.notice.detail : null);
    this.#leads.set(next.id, { ...next, notice: { ...next.notice, detail } });
    if (this.#leads.size > MOST) this.#leads.delete(Math.min(...this.#leads.keys()));
  }

  change(id: Id, change: Partial<Lead>): void {
    const known = this.#leads.get(id);
    if (known) this.#leads.set(id, { ...known, ...change });
  }

  clear(): void {
    this.#leads.clear();
  }
}
