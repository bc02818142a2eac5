import type { Conversation, ConversationBrief, Customer, Id, Message, View } from '../api/types';
import { LeadBook } from './leads.svelte';
import { Notices } from './notices.svelte';
import { Thread } from './thread.svelte';

export const MAX_ROWS = 5000;
export const MAX_THREADS = 20;
export const MAX_CUSTOMERS = 500;

export type Counts = Record<View, number>;
const isOpen = (it: Conversation): boolean => it.status === 'open' || it.status === 'pending';
/** The key the server orders its list by; one that wakes from a snooze is on top by it, however old its last message. */
export const activity = (it: Conversation): string => it.updated_at;

/** What this browser knows of the company's conversations. Objects are never changed in place: of two, the greater `seq` stays. */
export class Store {
  me: Id | null = null;
  counts = $state.raw<Counts>({ mine: 0, unassigned: 0, all: 0 });
  customers = $state.raw<ReadonlyMap<Id, Customer>>(new Map());
  leads = new LeadBook();
  notices = new Notices();
  /** Conversations that frames speak of and that we do not hold; the loader fetches them. */
  onUnknown: (id: Id) => void = () => {};

  #rows = new Map<Id, Conversation>();
  #version = $state(0);
  #threads = new Map<Id, Thread>();
  #open: Id | null = null;

  get rows(): ReadonlyMap<Id, Conversation> {
    void this.#version;
    return this.#rows;
  }

  row(id: Id): Conversation | undefined {
    return this.rows.get(id);
  }

  reset(): void {
    this.#rows.clear();
    this.#threads.clear();
    this.leads.clear();
    this.notices.close();
    this.customers = new Map();
    this.counts = { mine: 0, unassigned: 0, all: 0 };
    this.#version++;
  }

  putRow(next: Conversation): void {
    const known = this.#rows.get(next.id);
    if (known && known.seq > next.seq) return;
    this.#replace(known, next);
  }

  /** As putRow, from a source that does not know what this operator has read. */
  putShared(next: Omit<Conversation, 'unread'>): void {
    const known = this.#rows.get(next.id);
    const counted = known?.inbound_count ?? next.inbound_count;
    this.putRow({ ...next, unread: known?.unread ?? 0, inbound_count: counted });
  }

  /** One that has only just begun: nobody has read anything of it. */
  putBegun(next: Omit<Conversation, 'unread'>): void {
    if (this.#rows.has(next.id)) this.putShared(next);
    else this.putRow({ ...next, unread: next.inbound_count ?? 0 });
  }

  changeRow(id: Id, change: Partial<Conversation>): void {
    const known = this.#rows.get(id);
    if (known) this.#replace(known, { ...known, ...change });
  }

  removeRow(id: Id): void {
    const known = this.#rows.get(id);
    if (!known) return;
    this.#count(known, -1);
    this.#rows.delete(id);
    this.#threads.delete(id);
    this.#version++;
  }

  takeMessage(message: Message, brief: ConversationBrief, created: boolean): void {
    this.#threads.get(message.conversation_id)?.takeLive(message, created);
    const row = this.#rows.get(message.conversation_id);
    if (!row) return this.onUnknown(message.conversation_id);
    const changed = row.last_message?.id === message.id && row.last_message.seq <= message.seq;
    // Several messages of one unit come with the same brief: whichever of them is the last stands in the row.
    const isLast = brief.last_message_id === message.id && brief.seq >= row.seq;
    if (changed || isLast) this.changeRow(row.id, { last_message: message });
    if (row.seq >= brief.seq) return;
    const arrived =
      row.inbound_count !== undefined && brief.inbound_count !== undefined
        ? brief.inbound_count - row.inbound_count
        : Number(created && message.direction === 'in');
    this.changeRow(row.id, { ...brief, unread: Math.max(0, row.unread + arrived) });
  }

  setUnread(id: Id, unread: number, readUpTo: Id | null): void {
    this.changeRow(id, { unread });
    const thread = this.#threads.get(id);
    if (thread && readUpTo !== null) thread.readUpTo = readUpTo;
  }

  putCustomer(next: Customer): void {
    const known = this.customers.get(next.id);
    if (known && known.seq > next.seq) return;
    const customers = new Map(this.customers);
    // The newest known stand last; the ones known longest go first.
    customers.delete(next.id);
    customers.set(next.id, next);
    for (const old of customers.keys()) {
      if (customers.size <= MAX_CUSTOMERS) break;
      customers.delete(old);
    }
    this.customers = customers;
    for (const row of this.#rows.values()) {
      if (row.customer.id === next.id) this.changeRow(row.id, { customer: { ...row.customer, ...next } });
    }
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

  /** The feed has a hole before this point. */
  markStale(): void {
    for (const thread of this.#threads.values()) thread.stale = true;
  }

  #replace(known: Conversation | undefined, next: Conversation): void {
    if (known) this.#count(known, -1);
    this.#count(next, 1);
    this.#rows.set(next.id, next);
    if (this.#rows.size > MAX_ROWS) this.#evict();
    this.#version++;
  }

  #count(row: Conversation, by: 1 | -1): void {
    if (!isOpen(row) || row.unread === 0) return;
    const { mine, unassigned, all } = this.counts;
    this.counts = {
      all: Math.max(0, all + by),
      mine: Math.max(0, mine + (row.assignee?.id === this.me ? by : 0)),
      unassigned: Math.max(0, unassigned + (row.assignee ? 0 : by)),
    };
  }

  #evict(): void {
    const oldest = [...this.#rows.values()].sort((a, b) => (activity(a) < activity(b) ? -1 : 1));
    for (const row of oldest.slice(0, this.#rows.size - MAX_ROWS + 200)) {
      if (row.id !== this.#open) this.#rows.delete(row.id);
    }
  }
}
