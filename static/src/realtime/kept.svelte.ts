import type { Id } from '../api/types';
import { randomId } from '../lib/random-id';
import { storage } from '../lib/storage';

/** What stands in a queue until the server has agreed to it. */
export type Kept = {
  created_at: string;
  /** Whose it is to send where the tabs know nothing of each other: the one in which it was made, or that has taken it over. */
  tab?: string;
  /** Grows with every change; of two the greater stays. */
  v?: number;
};

export type KeptWire = {
  /** The browser's tabs have one queue, which the one with the socket empties; else each looks after its own. */
  shared: () => boolean;
  /** Whether the socket is this tab's. */
  leads: () => boolean;
  /** When the newest was made that waits, here or in the other queue. */
  newest?: () => number;
};

/** How often a tab looks for what a closed one has left behind, and for what it was not told. */
const LOOK_EVERY = 5000;
/** Where the tabs know nothing of each other, what is older than this is taken for left behind by a closed one. */
const LEFT_BEHIND = 60_000;
/** A stamp runs ahead of the clock by less than this; by more, the clock was set anew. */
const AHEAD = 1000;

let last = 0;

/** When something was made. Two of the same millisecond have an order, too, also of two tabs and of two queues. */
function stampAfter(newest: number): string {
  const now = Date.now();
  last = now <= last && last < now + AHEAD ? last + 1 : now;
  // The clock was set back: what waits was made before this all the same.
  last = Math.max(last, newest + 1);
  return new Date(last).toISOString();
}

/** What one person has asked for and the server has not confirmed, in the order in which it was made. It stands in the browser: all tabs have it, and the next page. */
export abstract class KeptQueue<T extends Kept, Wire extends KeptWire> {
  entries = $state.raw<readonly T[]>([]);
  #prefix = '';
  /** Gone for good: late news of them bring nothing back. */
  protected over = new Set<string>();
  /** These stood in the browser's storage once; only what did can be missed there. */
  #seen = new Set<string>();
  #look: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly name: string,
    protected readonly wire: Wire,
    protected readonly own: string = randomId(),
  ) {}

  protected abstract idOf(it: T): string;
  /** Sends what can be sent. */
  abstract pump(): void;
  /** Another tab has ended it; how, it could not say. */
  protected abstract missed(id: string): void;
  protected abstract announce(it: T): void;
  /** It goes by itself: nobody has to decide first. */
  protected abstract goes(it: T): boolean;

  open(user: Id): void {
    this.close();
    this.#prefix = `sb.${this.name}.${user}.`;
    this.adopt();
    this.#look = setInterval(() => this.adopt(), LOOK_EVERY);
    addEventListener('storage', this.#removed);
  }

  close(): void {
    clearInterval(this.#look);
    removeEventListener('storage', this.#removed);
    this.#prefix = '';
    this.entries = [];
  }

  protected get isOpen(): boolean {
    return this.#prefix !== '';
  }

  /** Takes what stands in the browser: all of it where the tabs share it, else what belongs to no other tab. */
  adopt(): void {
    const shared = this.wire.shared();
    const found: T[] = [];
    for (const key of this.isOpen ? storage.keys(this.#prefix) : []) {
      const it = storage.read<T>(key);
      if (!it) storage.remove(key);
      else if (shared ? this.#isNews(it) : !this.#holds(this.idOf(it)) && this.#isLeft(it)) found.push(it);
    }
    found.sort(byAge);
    // Two that take the same send the same id.
    for (const it of found) this.take(shared ? it : this.#keep(this.inherited(it)));
    const gone = shared ? this.entries.filter((it) => !this.#stands(it) && this.#seen.has(this.idOf(it))) : [];
    for (const it of gone) this.missed(this.idOf(it));
    if (found.length + gone.length > 0) this.pump();
  }

  /** As it is when its tab is gone. */
  protected inherited(it: T): T {
    return { ...it, tab: this.own };
  }

  /** Another tab tells of it. */
  protected hear(it: T): void {
    if (!this.isOpen || !this.#isNews(it)) return;
    // Its own tab could not keep it: then whoever sends it does.
    if (this.wire.leads() && !this.#stands(it)) this.#keep(it);
    this.take(it);
    this.pump();
  }

  has(id: string): boolean {
    return this.entries.some((it) => this.idOf(it) === id);
  }

  /** New here, and everywhere. */
  protected made<N extends object>(it: N): N & Required<Pick<Kept, 'created_at' | 'tab'>> {
    return { created_at: this.stamp(), ...it, tab: this.own };
  }

  protected stamp(): string {
    return stampAfter(this.wire.newest?.() ?? this.newest);
  }

  /** When the newest was made that waits. */
  get newest(): number {
    return Math.max(0, ...this.entries.filter((it) => this.goes(it)).map((it) => Date.parse(it.created_at) || 0));
  }

  /** Kept, shown here, and told to the other tabs. */
  protected share(it: T): void {
    this.take(this.#keep(it));
    this.announce(it);
  }

  /** False: what is known is newer. */
  protected take(it: T): boolean {
    if (!this.#isNews(it)) return false;
    this.#stands(it);
    last = Math.max(last, Date.parse(it.created_at) || 0);
    const id = this.idOf(it);
    this.entries = [...this.entries.filter((other) => this.idOf(other) !== id), it].sort(byAge);
    return true;
  }

  /** False: this tab has never known it. */
  protected forget(id: string): boolean {
    this.over.add(id);
    this.#seen.delete(id);
    if (!this.has(id)) return false;
    this.entries = this.entries.filter((it) => this.idOf(it) !== id);
    return true;
  }

  protected stored(id: string): T | null {
    return storage.read<T>(this.#prefix + id);
  }

  protected erase(id: string): void {
    storage.remove(this.#prefix + id);
  }

  /** What another tab has ended is over here too, should both have it. Tabs that hear each other say it, and how it ended. */
  #removed = ({ key, newValue }: StorageEvent): void => {
    if (this.wire.shared() || newValue !== null || !key?.startsWith(this.#prefix)) return;
    this.missed(key.slice(this.#prefix.length));
    this.pump();
  };

  #holds = (id: string): boolean => this.over.has(id) || this.has(id);

  #isNews(it: T): boolean {
    if (this.over.has(this.idOf(it))) return false;
    const held = this.entries.find((other) => this.idOf(other) === this.idOf(it));
    return !held || (held.v ?? 0) < (it.v ?? 0);
  }

  /** One that seems to come from the future is from before the clock was set. */
  #isLeft = ({ tab, created_at }: T): boolean =>
    !tab || tab === this.own || Math.abs(Date.now() - Date.parse(created_at)) > LEFT_BEHIND;

  #stands(it: T): boolean {
    const stands = storage.get(this.#prefix + this.idOf(it)) !== null;
    if (stands) this.#seen.add(this.idOf(it));
    return stands;
  }

  /** One storage key each: two tabs never overwrite each other's. */
  #keep(it: T): T {
    if (this.isOpen) storage.set(this.#prefix + this.idOf(it), JSON.stringify(it));
    return it;
  }
}

const byAge = (a: Kept, b: Kept): number => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0);
