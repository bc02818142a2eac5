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

type Tentative<T> = { part: Partial<T>; before: Partial<T> };

/**
 * Things of one kind that this browser knows of. They are never changed in place: of two, the greater `seq` stays. What screens list
 * of them stands in indexes, kept by each change's own difference, so that one change among thousands costs next to nothing.
 */
export class Collection<T extends Item> {
  #items = new SvelteMap<Id, T>();
  /** Those held, the ones that came in longest ago first, and after which hole of the feed they came. */
  #came = new Map<Id, number>();
  #era = $state(0);
  /** Changes that the server has yet to agree to, the first one first. */
  #tentative = new Map<Id, Tentative<T>[]>();
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

  /** False: what is known is newer. */
  put(next: T): boolean {
    const known = this.#known(next.id);
    if (known && known.seq > next.seq) return false;
    if (!known || known.seq < next.seq) this.#tentative.delete(next.id);
    this.#came.delete(next.id);
    this.#came.set(
      next.id,
      untrack(() => this.#era),
    );
    this.#replace(known, known && this.options.join ? this.options.join(known, next) : next);
    this.#limit();
    return true;
  }

  change(id: Id, part: Partial<T>): void {
    const known = this.#known(id);
    if (known) this.#replace(known, { ...known, ...part });
  }

  /** Shows a change that the server has yet to agree to. Answers how to take it back; what the server has said meanwhile stays. */
  tentative(id: Id, part: Partial<T>): () => void {
    const known = this.#known(id);
    if (!known) return () => {};
    const keys = Object.keys(part) as (keyof T)[];
    const mine: Tentative<T> = { part, before: Object.fromEntries(keys.map((it) => [it, known[it]])) as Partial<T> };
    this.#tentative.set(id, [...(this.#tentative.get(id) ?? []), mine]);
    this.change(id, part);
    return () => {
      const all = this.#tentative.get(id) ?? [];
      const later = all.slice(all.indexOf(mine) + 1);
      this.#tentative.set(
        id,
        all.filter((it) => it !== mine),
      );
      const now = this.#known(id);
      if (!now || now.seq !== known.seq) return;
      const back: Partial<T> = {};
      for (const key of keys) {
        // A change on top of this one goes back to what was before both.
        const above = later.find((it) => key in it.part);
        if (above) above.before[key] = mine.before[key];
        else if (now[key] === part[key]) back[key] = mine.before[key];
      }
      this.change(id, back);
    };
  }

  remove(id: Id): void {
    const known = this.#known(id);
    if (!known) return;
    this.#items.delete(id);
    this.#came.delete(id);
    this.#tentative.delete(id);
    this.#tell(known, undefined);
  }

  clear(): void {
    this.#items.clear();
    this.#came.clear();
    this.#tentative.clear();
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

  #replace(known: T | undefined, next: T): void {
    this.#items.set(next.id, next);
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
