import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { Collection } from './collection.svelte';

type Thing = { id: number; seq: number; at: number; who?: number; name?: string };
const thing = (id: number, part: Partial<Thing> = {}): Thing => ({ id, seq: 1, at: id, ...part });
const newest = (a: Thing, b: Thing): number => b.at - a.at;
const ids = (list: readonly Thing[]): number[] => list.map((it) => it.id);

it('of two the greater seq stays', () => {
  const things = new Collection<Thing>({ cap: 10 });
  expect(things.put(thing(1, { seq: 5, name: 'new' }))).toBe(true);
  expect(things.put(thing(1, { seq: 4, name: 'old' }))).toBe(false);
  expect(things.get(1)?.name).toBe('new');
});

it('an answer that is older than what was changed here holds back that alone', () => {
  const things = new Collection<Thing>({ cap: 10 });
  things.put(thing(1, { who: 1, name: 'a' }));
  const { turn } = things;
  things.change(1, { who: 2 });
  expect(things.put(thing(1, { who: 1, name: 'b' }), turn)).toBe(true);
  expect(things.get(1)).toMatchObject({ who: 2, name: 'b' });
  things.put(thing(1, { who: 3, name: 'c' }), things.turn);
  expect(things.get(1)).toMatchObject({ who: 3, name: 'c' });
});

it('holds no more than its cap: those that came longest ago go, or the last in its order; what is kept stays', () => {
  const lru = new Collection<Thing>({ cap: 2 });
  [1, 2].forEach((id) => lru.put(thing(id)));
  lru.put(thing(1, { seq: 2 }));
  lru.put(thing(3));
  expect([lru.has(1), lru.has(2), lru.has(3)]).toEqual([true, false, true]);
  const ordered = new Collection<Thing>({ cap: 2, order: newest, keep: (id) => id === 1 });
  [1, 3, 2].forEach((id) => ordered.put(thing(id)));
  expect([ordered.has(1), ordered.has(2), ordered.has(3)]).toEqual([true, false, true]);
});

it('keeps a list of those that fit, in order, over every kind of change', () => {
  const things = new Collection<Thing>({ cap: 100 });
  [1, 2, 3, 4].forEach((id) => things.put(thing(id, { who: id % 2 })));
  const odd = things.sorted('odd', (it) => it.who === 1, newest);
  expect(ids(odd.items)).toEqual([3, 1]);
  things.put(thing(5, { who: 1, at: 2 }));
  things.change(2, { who: 1 });
  expect(ids(odd.items)).toEqual([3, 5, 2, 1]);
  things.put(thing(1, { seq: 2, who: 1, at: 9 }));
  things.change(3, { who: 0 });
  things.remove(5);
  expect(ids(odd.items)).toEqual([1, 2]);
  expect(things.sorted('odd', () => false, newest)).toBe(odd);
  things.clear();
  expect([odd.items.length, things.size]).toEqual([0, 0]);
});

it('groups by key', () => {
  const things = new Collection<Thing>({ cap: 100 });
  const byWho = things.grouped('who', (it) => it.who ?? 0, newest);
  [1, 2, 3].forEach((id) => things.put(thing(id, { who: 7 })));
  things.change(2, { who: 8 });
  things.remove(1);
  expect([ids(byWho.of(7)), ids(byWho.of(8)), ids(byWho.of(9))]).toEqual([[3], [2], []]);
});

it('one change among 5,000 visits a few dozen of them, not all', () => {
  let visits = 0;
  const things = new Collection<Thing>({ cap: 5000 });
  for (let id = 1; id <= 5000; id++) things.put(thing(id));
  const order = (a: Thing, b: Thing): number => (visits++, newest(a, b));
  const all = things.sorted('all', (it) => (visits++, it.at > 0), order);
  all.items;
  visits = 0;
  things.put(thing(17, { seq: 2, at: 6000 }));
  expect(all.items[0]?.id).toBe(17);
  expect(all.items).toHaveLength(5000);
  expect(visits).toBeLessThan(60);
});

it('takes a refused change back, unless the server has spoken meanwhile', () => {
  const things = new Collection<Thing>({ cap: 10 });
  things.put(thing(1, { name: 'a', who: 1 }));
  const back = things.tentative(1, { name: 'b', who: 2 });
  things.change(1, { who: 3 });
  back();
  expect(things.get(1)).toMatchObject({ name: 'a', who: 3 });
  const late = things.tentative(1, { name: 'c' });
  things.put(thing(1, { seq: 2, name: 'c' }));
  late();
  expect(things.get(1)?.name).toBe('c');
});

it('shows what is hoped for over all that the server says meanwhile, and over a row that comes late', () => {
  const things = new Collection<Thing>({ cap: 10 });
  const named = things.grouped('who', (it) => it.who ?? 0, newest);
  const back = things.tentative(1, { who: 2 });
  things.put(thing(1, { who: 1 }));
  const second = things.tentative(1, { who: 3 });
  things.put(thing(1, { seq: 2, who: 4, name: 'later' }));
  expect(things.get(1)).toMatchObject({ who: 3, name: 'later', seq: 2 });
  expect([ids(named.of(3)), ids(named.of(4))]).toEqual([[1], []]);
  expect(things.put(thing(1, { seq: 1 }))).toBe(false);
  back();
  expect(things.get(1)?.who).toBe(3);
  second();
  expect([things.get(1)?.who, ids(named.of(4)), ids(named.of(3))]).toEqual([4, [1], []]);
});

it('wakes only those who look at what has changed', () => {
  const things = new Collection<Thing>({ cap: 10 });
  [1, 2].forEach((id) => things.put(thing(id)));
  const odd = things.sorted('odd', (it) => it.id % 2 === 1, newest);
  let [one, list] = [0, 0];
  const end = $effect.root(() => {
    $effect(() => void (things.get(1), one++));
    $effect(() => void (odd.items, list++));
  });
  flushSync();
  things.put(thing(2, { seq: 2 }));
  flushSync();
  expect([one, list]).toEqual([1, 1]);
  things.put(thing(1, { seq: 2 }));
  flushSync();
  expect([one, list]).toEqual([2, 2]);
  end();
});

it('can be filled from an effect without waking it for ever', () => {
  const things = new Collection<Thing>({ cap: 10, order: newest });
  let runs = 0;
  const end = $effect.root(() => {
    $effect(() => void (things.put(thing(1)), things.remove(1), things.put(thing(2)), runs++));
  });
  flushSync();
  expect(runs).toBe(1);
  end();
});

it('knows what it may have missed', () => {
  const things = new Collection<Thing>({ cap: 10 });
  [1, 2].forEach((id) => things.put(thing(id)));
  things.markStale();
  things.put(thing(2, { seq: 2 }));
  expect([things.fresh(1), things.fresh(2), things.fresh(3), things.has(1)]).toEqual([false, true, false, true]);
});

it('two changes on top of each other, both refused, leave nothing behind in whichever order', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const rows = new Collection<{ id: number; seq: number; status: string; who: string }>({ cap: 9 });
    rows.put({ id: 1, seq: 1, status: 'open', who: 'a' });
    const back = [rows.tentative(1, { status: 'closed' }), rows.tentative(1, { status: 'snoozed', who: 'b' })];
    for (const it of order) back[it]!();
    expect(rows.get(1)).toEqual({ id: 1, seq: 1, status: 'open', who: 'a' });
  }
});
