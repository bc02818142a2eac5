import type { Id, Message } from '../api/types';

export const MAX_MESSAGES = 500;
/** Whoever reads above the end keeps this many, and always some below what is being read. */
export const MAX_READING = 1000;
const BELOW_EYES = 300;

/** One conversation's messages, oldest first, as far as they are loaded. */
export class Thread {
  messages = $state.raw<Message[]>([]);
  /** undefined = nothing loaded yet; null = the beginning is reached. */
  cursor = $state.raw<string | null | undefined>(undefined);
  readUpTo = $state.raw<Id | null>(null);
  /** The last that the server has told of `readUpTo`. */
  told = $state.raw<Id | null>(null);
  /** Made unread again by hand, here or on another screen: it stays so until one comes back to it, or reads on. */
  keptUnread = $state(false);
  /** The last message read before this visit; the "New" line stands after it. Fixed while the thread is open. */
  newAfter = $state.raw<Id | null>(null);
  error = $state.raw<unknown>(null);
  /** The history may have a hole: fetch the newest page again before showing it as complete. */
  stale = true;
  loading = false;
  /** The newest page was wanted while another one was under way. */
  again = false;
  /** Counts the holes in the feed: what was asked for before one may be too old when it comes. */
  era = 0;
  /** Our last message before the hole: what stands behind it need not be what follows it. */
  #sure: Id | null = null;
  /** What the feed has told while a page was under way, of messages that we do not hold. */
  #meanwhile: Message[] = [];
  /** The screen shows the end: then, and only then, old messages may be let go. */
  atEnd = true;
  /** What is being read while the end is not shown. */
  eyes: Id | null = null;
  /** Newer messages than ours were let go: our last one is not the thread's. */
  cut = $state(false);
  /** How many of the customer's have come since then. */
  later = $state(0);
  /** Old messages were let go, so the server's cursor no longer points at our oldest one. */
  trimmed = false;
  #growing = false;

  constructor(readonly id: Id) {}

  get loaded(): boolean {
    return this.cursor !== undefined;
  }

  /** All of it may have changed unseen. */
  doubt(): void {
    this.stale = true;
    this.era++;
    this.#sure ??= this.messages.at(-1)?.id ?? 0;
  }

  begin(): void {
    this.loading = true;
    this.error = null;
    this.#meanwhile = [];
  }

  /** Takes messages in any order; of one message the greater `seq` stays. */
  merge(incoming: readonly Message[]): void {
    const byId = new Map(this.messages.map((it) => [it.id, it]));
    let changed = false;
    for (const message of incoming) {
      const known = byId.get(message.id);
      if (known && known.seq > message.seq) continue;
      byId.set(message.id, known?.client_id ? { ...message, client_id: known.client_id } : message);
      changed = true;
    }
    if (changed) this.#put([...byId.values()].sort((a, b) => a.id - b.id));
  }

  /** The newest page. Where it does not touch what we hold, what we hold is dropped: no hole is ever shown. */
  takeNewest(page: Message[], cursor: string | null, era = this.era): void {
    const oldest = page.at(-1);
    const newest = this.#sure ?? this.messages.at(-1)?.id;
    const touches = newest !== undefined && oldest !== undefined && oldest.id <= newest;
    const told = this.#toldOf(page, true);
    if (!touches || !this.loaded) {
      // Frames may have brought something newer than the page while it was on its way.
      const newer = this.messages.filter((it) => !page.some((other) => other.id === it.id) && it.id > (page[0]?.id ?? 0));
      const held = this.messages.filter((it) => page.some((other) => other.id === it.id));
      this.messages = [];
      this.cursor = cursor;
      this.trimmed = false;
      this.#whole();
      this.merge([...page, ...newer, ...held, ...told]);
    } else {
      this.#whole();
      this.merge([...page, ...told]);
    }
    if (era !== this.era) return;
    this.stale = false;
    this.#sure = null;
  }

  /** What lies far below stays until `trimBelow`: a list that grows and shrinks in one step cannot tell which of it moved. */
  takeOlder(page: Message[], cursor: string | null): void {
    this.cursor = cursor;
    this.#growing = true;
    this.merge([...page, ...this.#toldOf(page, false)]);
    this.#growing = false;
  }

  /** Lets go what lies far below the eyes of one who reads upwards. */
  trimBelow(): void {
    if (!this.atEnd || this.cut) this.#put(this.messages);
  }

  /** What follows our last message. */
  takeNewer(page: readonly Message[], isEnd: boolean): void {
    if (isEnd) this.#whole();
    this.merge([...page, ...this.#toldOf(page, isEnd)]);
  }

  /** A live change: a new message goes to the end; a change of one that is not loaded is left alone. */
  takeLive(message: Message, created: boolean): void {
    if (!this.loaded && !this.loading) return;
    if (this.loading && !this.messages.some((it) => it.id === message.id)) this.#meanwhile.push(message);
    // By far the most frequent case: the next message, to the end.
    const newest = this.messages.at(-1);
    if (created && (!newest || message.id > newest.id)) {
      // Behind a gap it would stand where it does not belong.
      if (this.cut) return void (this.later += Number(message.direction === 'in'));
      return this.#put([...this.messages, message]);
    }
    if (created || this.messages.some((it) => it.id === message.id)) this.merge([message]);
  }

  /** What is newer than this page knows: of its own messages, and, where it is the last, what follows. */
  #toldOf(page: readonly Message[], isEnd: boolean): Message[] {
    const ids = new Set(page.map((it) => it.id));
    const last = Math.max(0, ...ids);
    return this.#meanwhile.filter((it) => ids.has(it.id) || (isEnd && it.id > last));
  }

  /** To be called when the end is shown no more, or is shown at last. */
  trim(): void {
    if (this.atEnd && !this.cut && this.messages.length > MAX_MESSAGES) this.#put(this.messages);
  }

  /** Lets go what lies far above the eyes of one who reads downwards. */
  trimAbove(): void {
    if (this.messages.length > MAX_READING) this.#letGoOld(MAX_READING);
  }

  #put(messages: Message[]): void {
    this.messages = messages;
    if (this.atEnd && !this.cut) {
      if (messages.length > MAX_MESSAGES) this.#letGoOld(MAX_MESSAGES);
    } else if (messages.length > MAX_READING && !this.#growing) {
      // What is being read, and what is above it, has just been asked for; the end can be fetched again.
      const eyes = this.eyes === null ? 0 : messages.findIndex((it) => it.id >= (this.eyes ?? 0));
      const kept = Math.max(MAX_READING, eyes + BELOW_EYES);
      if (messages.length <= kept) return;
      this.later += messages.slice(kept).filter((it) => it.direction === 'in').length;
      this.messages = messages.slice(0, kept);
      this.cut = true;
    }
  }

  #letGoOld(kept: number): void {
    this.messages = this.messages.slice(-kept);
    this.cursor = '';
    this.trimmed = true;
  }

  #whole(): void {
    this.cut = false;
    this.later = 0;
  }
}
