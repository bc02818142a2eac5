import { expect, it } from 'vitest';
import { parseQuery, printQuery } from '../lib/query';
import { between, drawn, moved, nextSort, scrollFor, sorted, type Column } from './table';
import { sorting } from './sorting';

type Row = { name: string; n: number | null };
const columns: Column<Row>[] = [
  { id: 'name', title: '', sort: (it) => it.name },
  { id: 'n', title: '', sort: (it) => it.n },
];
const rows: Row[] = [
  { name: 'өрік', n: 10 },
  { name: 'Орда 10', n: null },
  { name: 'орда 9', n: 2 },
];
const order = (by: string, down: boolean): string => [...sorted(rows, columns, { by, down }, 'kk')].map((it) => it.name).join();

it('sorts words as their language does, numbers as numbers, and leaves who has nothing at the end', () => {
  expect(order('name', false)).toBe('орда 9,Орда 10,өрік');
  expect(order('n', false)).toBe('орда 9,өрік,Орда 10');
  expect(order('n', true)).toBe('өрік,орда 9,Орда 10');
});

it('leaves the rows as they came without an order, and never changes what it was given', () => {
  expect(sorted(rows, columns, null, 'ru')).toBe(rows);
  order('n', true);
  expect(rows[0]?.name).toBe('өрік');
});

it('asks a hundred thousand rows once each, however often it compares them', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({ name: '', n: (i * 7919) % 100_000 }));
  let asked = 0;
  const counting: Column<Row> = { id: 'n', title: '', sort: (it) => (asked++, it.n) };
  expect(sorted(many, [counting], { by: 'n', down: false }, 'ru')[5]?.n).toBe(5);
  expect(asked).toBe(many.length);
});

it('goes up, down and back to how it came', () => {
  const up = nextSort(null, 'n');
  const down = nextSort(up, 'n');
  expect([up, down, nextSort(down, 'n'), nextSort(down, 'name')]).toEqual([
    { by: 'n', down: false },
    { by: 'n', down: true },
    null,
    { by: 'name', down: false },
  ]);
});

it('draws what is in sight and no more, and keeps the row that has the focus', () => {
  const spans = drawn(480_000, 600, 48, 100_000, 3);
  expect(spans).toEqual([
    { from: 3, to: 4 },
    { from: 9994, to: 10_019 },
  ]);
  expect(drawn(0, 600, 48, 100_000, 90_000).at(-1)).toEqual({ from: 90_000, to: 90_001 });
  expect(drawn(0, 600, 48, 5, 2)).toEqual([{ from: 0, to: 5 }]);
  expect(drawn(0, 600, 48, 0, 0)).toEqual([]);
  // The list has become shorter than where it was scrolled to.
  expect(drawn(48_000, 600, 48, 3, -1)).toEqual([]);
});

it('scrolls no more than it must', () => {
  expect(scrollFor(5, 48, 0, 600)).toBe(0);
  expect(scrollFor(0, 48, 100, 600)).toBe(0);
  expect(scrollFor(20, 48, 0, 600)).toBe(21 * 48 - 600);
});

it('takes a range whichever way it was drawn, and keys stop at the ends', () => {
  expect(between(7, 3)).toEqual({ from: 3, to: 8 });
  expect([moved('ArrowUp', 0, 9, 5), moved('PageDown', 2, 9, 5), moved('End', 0, 9, 5), moved('x', 0, 9, 5)]).toEqual([
    0,
    7,
    8,
    null,
  ]);
  expect(moved('ArrowDown', 0, 0, 5)).toBe(null);
});

it('stands in the address, and an unknown column there is none', () => {
  const spec = { sort: sorting('name', 'n') };
  expect(printQuery(spec, { sort: { by: 'n', down: true } })).toBe('?sort=-n');
  expect(parseQuery(spec, '?sort=-n')).toEqual({ sort: { by: 'n', down: true } });
  expect(parseQuery(spec, '?sort=salary')).toEqual({ sort: null });
});
