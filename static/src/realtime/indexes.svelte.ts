import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Id } from '../api/types';

type Item = { id: Id };
/** As for `sort`. Two that are equal by it stand newest id first, so every one has exactly one place. */
export type Order<T> = (a: T, b: T) => number;

const exact =
  <T extends Item>(order: Order<T>): Order<T> =>
  (a, b) =>
    order(a, b) || b.id - a.id;

/** The first place at which `after` holds, of a list in which it holds from some place on. */
export function firstWhere<T>(list: readonly T[], after: (it: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (after(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Those that fit, in order. A change costs two searches by halves and moves nothing but what lies between its two places. */
export class Sorted<T extends Item> {
  #list: T[] = [];
  #members = new Set<Id>();
  #shown: readonly T[] | null = null;
  #changes = 0;
  #version = $state(0);
  #order: Order<T>;

  constructor(
    readonly fits: (it: T) => boolean,
    order: Order<T>,
  ) {
    this.#order = exact(order);
  }

  /** Another array after every change, the same one until then. */
  get items(): readonly T[] {
    void this.#version;
    return (this.#shown ??= this.#list.slice());
  }

  has(id: Id): boolean {
    void this.#version;
    return this.#members.has(id);
  }

  last(where: (it: T) => boolean): T | undefined {
    return this.#list.findLast(where);
  }

  fill(items: readonly T[]): void {
    this.#list = items.filter(this.fits).sort(this.#order);
    this.#members = new Set(this.#list.map((it) => it.id));
    this.#changed();
  }

  tell(before: T | undefined, now: T | undefined): void {
    const was = before !== undefined && this.#members.has(before.id);
    const is = now !== undefined && this.fits(now);
    if (!was && !is) return;
    if (was) {
      this.#list.splice(this.#placeOf(before), 1);
      this.#members.delete(before.id);
    }
    if (is) {
      this.#list.splice(this.#placeOf(now), 0, now);
      this.#members.add(now.id);
    }
    this.#changed();
  }

  clear(): void {
    this.#list = [];
    this.#members.clear();
    this.#changed();
  }

  #placeOf = (item: T): number => firstWhere(this.#list, (it) => this.#order(it, item) >= 0);

  #changed(): void {
    this.#shown = null;
    this.#version = ++this.#changes;
  }
}

/** Those of one key together: the leads of a conversation, the conversations of a customer. */
export class Grouped<T extends Item> {
  #groups = new SvelteMap<Id, readonly T[]>();
  #order: Order<T>;

  constructor(
    readonly keyOf: (it: T) => Id,
    order: Order<T>,
  ) {
    this.#order = exact(order);
  }

  of = (key: Id): readonly T[] => this.#groups.get(key) ?? [];

  tell(before: T | undefined, now: T | undefined): void {
    untrack(() => {
      if (before) this.#put(this.keyOf(before), before.id, undefined);
      if (now) this.#put(this.keyOf(now), now.id, now);
    });
  }

  clear(): void {
    this.#groups.clear();
  }

  #put(key: Id, id: Id, item: T | undefined): void {
    const rest = this.of(key).filter((it) => it.id !== id);
    const next = item ? [...rest, item].sort(this.#order) : rest;
    if (next.length) this.#groups.set(key, next);
    else this.#groups.delete(key);
  }
}
