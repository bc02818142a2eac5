import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Id } from '../api/types';
import { Grouped, Sorted, type Order } from './indexes.svelte';

export type Item = { id: Id; seq: number };
type Options<T> = {
  /** How many are held at most. */
  cap: number;
  /** Which go first when there are more: the last in this order. Without it, those that came in longest ago. */
  order?: Order<T>;
  /** These never go. */
  keep?: (id: Id) => boolean;
  /** Carries over what this source leaves out and an earlier one has told. */
  join?: (known: T, next: T) => T;
};

/**
 * Things of one kind that this browser knows of. They are never changed in place: of two, the greater `seq` stays. What screens list
 * of them stands in indexes, kept by each change's own difference, so that one change among thousands costs next to nothing.
 */
export class Collection<T extends Item> {
  #items = new SvelteMap<Id, T>();
  /** Those held, the ones that came in longest ago first, and after which hole of the feed they came. */
  #came = new Map<Id, number>();
  #era = $state(0);
  /** Counts what was changed here, and when each part of each was last. */
  #turn = 0;
  #changed = new Map<Id, Map<keyof T, number>>();
  /** What is shown before the server has agreed to it, of each the first made first; and what the server has said of those. */
  #hopes = new Map<Id, Map<object, Partial<T>>>();
  #said = new Map<Id, T>();
  #sorted = new Map<string, Sorted<T>>();
  #grouped = new Map<string, Grouped<T>>();
  #byAge: Sorted<T> | null;

  constructor(readonly options: Options<T>) {
    this.#byAge = options.order ? this.sorted('age', () => true, options.order) : null;
  }

  get size(): number {
    return this.#items.size;
  }
  get = (id: Id): T | undefined => this.#items.get(id);
  has = (id: Id): boolean => this.#items.get(id) !== undefined;
  /** In no order. Whoever shows a list asks an index. */
  all = (): Iterable<T> => this.#items.values();
  /** Known, and nothing has been missed of it since. */
  fresh = (id: Id): boolean => this.has(id) && this.#came.get(id) === this.#era;

  /** To be noted by whoever asks the server: what was changed here since then, the answer may not know. */
  get turn(): number {
    return this.#turn;
  }

  /** False: what is known is newer. Of the same `seq`, what was changed here after this was asked for stays. */
  put(next: T, asked = Infinity): boolean {
    const known = this.#base(next.id);
    if (known && known.seq > next.seq) return false;
    this.#came.delete(next.id);
    this.#came.set(
      next.id,
      untrack(() => this.#era),
    );
    const told = known && known.seq === next.seq ? { ...next, ...this.#since(known, asked) } : next;
    this.#take(known && this.options.join ? this.options.join(known, told) : told);
    this.#limit();
    return true;
  }

  change(id: Id, part: Partial<T>): void {
    const known = this.#base(id);
    if (!known) return;
    const turns = this.#changed.get(id) ?? new Map<keyof T, number>();
    this.#changed.set(id, turns);
    this.#turn++;
    for (const name of Object.keys(part) as (keyof T)[]) turns.set(name, this.#turn);
    this.#take({ ...known, ...part });
  }

  /** The parts that were changed here after that turn. */
  #since(known: T, turn: number): Partial<T> {
    const since: Partial<T> = {};
    for (const [name, at] of this.#changed.get(known.id) ?? []) if (at > turn) since[name] = known[name];
    return since;
  }

  /** Shows a change that the server has yet to agree to, over whatever it says meanwhile. Answers how to show what it has said. */
  tentative(id: Id, part: Partial<T>): () => void {
    const name = {};
    const hopes = this.#hopes.get(id) ?? new Map<object, Partial<T>>();
    this.#hopes.set(id, hopes.set(name, part));
    const known = this.#base(id);
    if (known) this.#take(known);
    return () => {
      if (!hopes.delete(name)) return;
      if (hopes.size === 0 && this.#hopes.get(id) === hopes) this.#hopes.delete(id);
      const said = this.#said.get(id);
      if (said) this.#take(said);
    };
  }

  remove(id: Id): void {
    const known = this.#known(id);
    if (!known) return;
    this.#items.delete(id);
    this.#said.delete(id);
    this.#came.delete(id);
    this.#changed.delete(id);
    this.#tell(known, undefined);
  }

  clear(): void {
    this.#items.clear();
    this.#hopes.clear();
    this.#said.clear();
    this.#came.clear();
    this.#changed.clear();
    for (const it of [...this.#sorted.values(), ...this.#grouped.values()]) it.clear();
  }

  /** The feed has a hole before this point: all of it may have changed unseen. */
  markStale(): void {
    this.#era++;
  }

  /** Those that fit, in order: made once under this name, kept from then on. Whether one fits and where it stands must depend on it alone. */
  sorted(name: string, fits: (it: T) => boolean, order: Order<T>): Sorted<T> {
    let index = this.#sorted.get(name);
    if (!index) {
      this.#sorted.set(name, (index = new Sorted(fits, order)));
      index.fill(untrack(() => [...this.#items.values()]));
    }
    return index;
  }

  /** Those of one key together, in order. */
  grouped(name: string, keyOf: (it: T) => Id, order: Order<T>): Grouped<T> {
    let index = this.#grouped.get(name);
    if (!index) {
      this.#grouped.set(name, (index = new Grouped(keyOf, order)));
      for (const it of untrack(() => [...this.#items.values()])) index.tell(undefined, it);
    }
    return index;
  }

  #known = (id: Id): T | undefined => untrack(() => this.#items.get(id));

  /** As the server has it. */
  #base = (id: Id): T | undefined => this.#said.get(id) ?? this.#known(id);

  #take(said: T): void {
    const hopes = this.#hopes.get(said.id);
    if (hopes) this.#said.set(said.id, said);
    else this.#said.delete(said.id);
    const known = this.#known(said.id);
    const next = hopes ? Object.assign({}, said, ...hopes.values()) : said;
    this.#items.set(said.id, next);
    this.#tell(known, next);
  }

  #tell(before: T | undefined, now: T | undefined): void {
    for (const it of this.#sorted.values()) it.tell(before, now);
    for (const it of this.#grouped.values()) it.tell(before, now);
  }

  #limit(): void {
    while (this.#came.size > this.options.cap) {
      const goes = this.#byAge ? this.#byAge.last((it) => !this.#kept(it.id))?.id : this.#longestHeld();
      if (goes === undefined) return;
      this.remove(goes);
    }
  }

  #longestHeld(): Id | undefined {
    for (const id of this.#came.keys()) if (!this.#kept(id)) return id;
    return undefined;
  }

  #kept = (id: Id): boolean => this.options.keep?.(id) ?? false;
}
