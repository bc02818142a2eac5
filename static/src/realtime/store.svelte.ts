import { untrack } from 'svelte';
import type { Conversation, ConversationBrief, Customer, Id, Lead, Message } from '../api/types';
import { forgetWaiting } from './apply';
import { Collection, type Item } from './collection.svelte';
import { Counts } from './counts.svelte';
import { Warnings } from './warnings.svelte';
import { Thread } from './thread.svelte';

export const MAX_ROWS = 5000;
export const MAX_THREADS = 20;
export const MAX_CUSTOMERS = 500;
export const MAX_LEADS = 5000;

/** The key the server orders its list by; one that wakes from a snooze is on top by it, however old its last message. */
export const activity = (it: Conversation): string => it.updated_at;
export const newestActivity = (a: Conversation, b: Conversation): number =>
  activity(a) < activity(b) ? 1 : activity(a) > activity(b) ? -1 : 0;
const newest = (a: Item, b: Item): number => b.id - a.id;

/** The feed leaves the provider's words out; they hold as long as the state does. */
const keepDetail = (known: Lead, next: Lead): Lead => {
  const detail = next.notice.detail ?? (known.notice.state === next.notice.state ? known.notice.detail : null);
  return { ...next, notice: { ...next.notice, detail } };
};

/** What this browser knows of the company. Each kind of thing is a collection; what is particular to conversations stands here too. */
export class Store {
  me: Id | null = null;
  counts = new Counts();
  warnings = new Warnings();
  #kinds: { clear: () => void; markStale: () => void }[] = [];
  #threads = new Map<Id, Thread>();
  #open: Id | null = null;

  conversations = this.kind<Conversation>({ cap: MAX_ROWS, order: newestActivity, keep: (id) => id === this.#open });
  ofCustomer = this.conversations.grouped('customer', (it) => it.customer.id, newestActivity);
  customers = this.kind<Customer>({ cap: MAX_CUSTOMERS });
  leads = this.kind<Lead>({ cap: MAX_LEADS, order: newest, join: keepDetail });
  leadsOf = this.leads.grouped('conversation', (it) => it.conversation_id, newest);

  /** Conversations that frames speak of and that we do not hold; they are asked for once. */
  onUnknown: (id: Id) => void = () => {};
  /** One that we may hold wrongly; it is asked for again. */
  onDoubt: (id: Id) => void = () => {};

  /** A further kind of thing: `const deals = hub.store.kind<Deal>({ cap: 2000 })`, and `on('deal.updated', (it) => deals.put(it.data))`. */
  kind<T extends Item>(options: Collection<T>['options']): Collection<T> {
    const made = new Collection<T>(options);
    this.#kinds.push(made);
    return made;
  }

  row = (id: Id): Conversation | undefined => this.conversations.get(id);

  /** For the next person. */
  reset(): void {
    this.#threads.clear();
    for (const it of this.#kinds) it.clear();
    this.warnings.close();
    this.counts.clear();
    forgetWaiting(this);
  }

  /** The feed has a hole before this point. */
  markStale(): void {
    for (const thread of this.#threads.values()) thread.doubt();
    for (const it of this.#kinds) it.markStale();
    this.counts.markStale();
    forgetWaiting(this);
  }

  /** `asked`: the turn of the collection when the server was asked. */
  putRow = (next: Conversation, asked?: number): void => void this.conversations.put(next, asked);

  /** As putRow, from a source that does not know what this operator has read. */
  putShared(next: Omit<Conversation, 'unread'>): void {
    const known = this.#known(next.id);
    const counted = known?.inbound_count ?? next.inbound_count;
    this.putRow({ ...next, unread: known?.unread ?? 0, read_up_to: known?.read_up_to, inbound_count: counted });
  }

  /** One that has only just begun: nobody has read anything of it. */
  putBegun(next: Omit<Conversation, 'unread'>): void {
    if (this.#known(next.id)) this.putShared(next);
    else this.putRow({ ...next, unread: next.inbound_count ?? 0 });
  }

  changeRow = (id: Id, change: Partial<Conversation>): void => this.conversations.change(id, change);

  removeRow(id: Id): void {
    // The open one's pane holds on to its thread: should the conversation come back, it is loaded again there.
    if (id === this.#open) this.#threads.get(id)?.doubt();
    else this.#threads.delete(id);
    this.conversations.remove(id);
  }

  takeMessage(message: Message, brief: ConversationBrief, created: boolean): void {
    this.#threads.get(message.conversation_id)?.takeLive(message, created);
    const row = this.#known(message.conversation_id);
    if (!row) return this.onUnknown(message.conversation_id);
    const changed = row.last_message?.id === message.id && row.last_message.seq <= message.seq;
    // Several messages of one unit come with the same brief: whichever of them is the last stands in the row.
    const isLast = brief.last_message_id === message.id && brief.seq >= row.seq;
    const last = changed || isLast ? { last_message: message } : {};
    if (row.seq >= brief.seq) return changed || isLast ? this.changeRow(row.id, last) : undefined;
    const arrived =
      row.inbound_count !== undefined && brief.inbound_count !== undefined
        ? brief.inbound_count - row.inbound_count
        : Number(created && message.direction === 'in');
    this.changeRow(row.id, { ...brief, ...last, unread: Math.max(0, row.unread + arrived) });
  }

  setUnread(id: Id, unread: number, readUpTo: Id | null): void {
    this.changeRow(id, { unread, ...(readUpTo !== null && { read_up_to: readUpTo }) });
    const thread = this.#threads.get(id);
    if (thread && readUpTo !== null) thread.readUpTo = readUpTo;
  }

  putCustomer(next: Customer): void {
    if (this.customers.put(next)) this.#nameRows(next.id);
  }

  /** Shows an edit that the server has yet to agree to. Answers how to take it back. */
  tentativeCustomer(id: Id, part: Partial<Customer>): () => void {
    const back = this.customers.tentative(id, part);
    this.#nameRows(id);
    return () => (back(), this.#nameRows(id));
  }

  #nameRows(id: Id): void {
    const customer = untrack(() => this.customers.get(id));
    if (!customer) return;
    for (const row of untrack(() => this.ofCustomer.of(id)))
      this.changeRow(row.id, { customer: { ...row.customer, ...customer } });
  }

  thread(id: Id): Thread {
    let thread = this.#threads.get(id);
    if (thread) this.#threads.delete(id);
    else thread = new Thread(id);
    // A Map keeps insertion order, so the first key is the one used longest ago.
    this.#threads.set(id, thread);
    for (const old of this.#threads.keys()) {
      if (this.#threads.size <= MAX_THREADS) break;
      if (old !== id && old !== this.#open) this.#threads.delete(old);
    }
    return thread;
  }

  heldThread(id: Id): Thread | undefined {
    return this.#threads.get(id);
  }

  setOpen(id: Id | null): void {
    this.#open = id;
  }

  #known = (id: Id): Conversation | undefined => untrack(() => this.conversations.get(id));
}
