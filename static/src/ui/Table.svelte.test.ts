import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { beforeEach, expect, it, vi } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import { storage } from '../lib/storage';
import Table from './Table.svelte';
import type { Column, Key } from './table';
import { giveMedia, givePopovers } from './testing';

type Row = { id: number; name: string; sum: number };
giveMedia();
givePopovers();
beforeEach(async () => {
  storage.remove('sb.columns.test');
  await useLocale('en', false);
});
const ROWS: Row[] = Array.from({ length: 1000 }, (_, id) => ({ id, name: `Row ${id}`, sum: (id * 7) % 1000 }));
const columns: Column<Row>[] = [
  { id: 'name', title: 'Name', text: (it) => it.name, sort: (it) => it.name, fixed: true },
  { id: 'sum', title: 'Sum', text: (it) => String(it.sum), sort: (it) => it.sum },
];
type Shown = {
  selected: SvelteSet<Key>;
  onopen: ReturnType<typeof vi.fn>;
  now: (rows: Row[]) => Promise<void>;
  table: Table<Row>;
};
function shown(more: object = {}): Shown {
  const selected = new SvelteSet<Key>();
  const onopen = vi.fn();
  const props = { name: 'test', label: 'Rows', rows: ROWS, key: (it: Row) => it.id, columns, selected, onopen, ...more };
  const { rerender, component } = render(Table<Row>, props);
  return { selected, onopen, now: (rows) => rerender({ rows }), table: component as unknown as Table<Row> };
}
const names = (): string[] =>
  [...document.querySelectorAll('tr[data-row]')].map((it) => it.querySelector('td:nth-child(2)')?.textContent?.trim() ?? '');
const focused = (): string | null => document.activeElement?.getAttribute('data-row') ?? null;
const press = (key: string, more: object = {}): Promise<boolean> =>
  fireEvent.keyDown(document.activeElement as Element, { key, ...more });
const enter = (): void => document.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();

it('draws a screenful of a thousand, and says how many there are', () => {
  shown();
  const grid = screen.getByRole('grid', { name: 'Rows' });
  expect(grid.getAttribute('aria-rowcount')).toBe('1001');
  expect(names().length).toBeLessThan(40);
  expect(document.querySelector('tr[data-row]')?.getAttribute('aria-rowindex')).toBe('2');
});

it('sorts up, down and back, and says which way', async () => {
  shown();
  const head = screen.getByRole('columnheader', { name: 'Sum' });
  const button = head.querySelector('button') as HTMLElement;
  await fireEvent.click(button);
  expect([head.getAttribute('aria-sort'), names()[1]]).toEqual(['ascending', 'Row 143']);
  await fireEvent.click(button);
  expect([head.getAttribute('aria-sort'), names()[0]]).toEqual(['descending', 'Row 857']);
  await fireEvent.click(button);
  expect([head.getAttribute('aria-sort'), names()[0]]).toEqual([null, 'Row 0']);
});

it('is gone through by keys: one row has the focus, ends hold, Enter opens', async () => {
  const { onopen } = shown();
  enter();
  await press('ArrowDown');
  await press('ArrowDown');
  await tick();
  expect(focused()).toBe('2');
  await press('End');
  await tick();
  expect(focused()).toBe('999');
  await press('ArrowDown');
  await press('Enter');
  expect(onopen).toHaveBeenCalledWith(ROWS[999]);
  await press('Home');
  await tick();
  expect(focused()).toBe('0');
});

it('chooses by Space, a range by Shift, and all by the head', async () => {
  const { selected } = shown();
  enter();
  await press(' ');
  await press('ArrowDown', { shiftKey: true });
  await press('ArrowDown', { shiftKey: true });
  expect([...selected]).toEqual([0, 1, 2]);
  await press(' ');
  expect(selected.has(2)).toBe(false);
  const boxes = screen.getAllByRole('checkbox');
  await fireEvent.click(boxes[5] as HTMLElement);
  await fireEvent.click(boxes[8] as HTMLElement, { shiftKey: true });
  expect([...selected]).toEqual([0, 1, 4, 5, 6, 7]);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }));
  expect(selected.size).toBe(1000);
});

it('puts columns away and remembers it; what cannot be put away is not offered', async () => {
  shown();
  await fireEvent.click(screen.getByRole('button', { name: 'Columns to show' }));
  const items = screen.getAllByRole('menuitemcheckbox', { hidden: true });
  expect(items.map((it) => it.textContent?.trim())).toEqual(['Sum']);
  await fireEvent.click(items[0] as HTMLElement);
  expect(screen.queryByRole('columnheader', { name: 'Sum' })).toBe(null);
  expect(storage.get('sb.columns.test')).toBe('{"shown":[],"hidden":["sum"]}');
});

it('leads where the row leads, by its first cell', () => {
  shown({ onopen: undefined, href: (it: Row) => `/rows/${it.id}` });
  expect(screen.getByRole('link', { name: 'Row 3' }).getAttribute('href')).toBe('/rows/3');
});

const NEW: Row = { id: 5000, name: 'New', sum: 0 };
it('keeps its row when another comes in above it: keys act on the row that has the focus', async () => {
  const { onopen, selected, now, table } = shown();
  enter();
  await press('ArrowDown');
  await tick();
  await now([NEW, ...ROWS]);
  expect([focused(), document.querySelector('tr[tabindex="0"]')?.getAttribute('data-row')]).toEqual(['1', '1']);
  expect(table.focused()).toBe(ROWS[1]);
  await press(' ');
  expect([...selected]).toEqual([1]);
  await press('Enter');
  expect(onopen).toHaveBeenLastCalledWith(ROWS[1]);
});

it('hands the focus of a row that has gone to the one that took its place', async () => {
  const { now } = shown();
  enter();
  await press('ArrowDown');
  await tick();
  await now(ROWS.filter((it) => it.id !== 1));
  await vi.waitFor(() => expect(focused()).toBe('2'));
  await now([NEW, ...ROWS.filter((it) => it.id !== 1)]);
  expect(focused()).toBe('2');
});

it('does not take its head for a row', async () => {
  const { table } = shown();
  screen.getByRole('button', { name: 'Columns to show' }).focus();
  expect(table.focused()).toBe(undefined);
  table.move(1);
  await tick();
  expect(focused()).toBe('0');
});

it('spans a range from the row it was begun at, also when rows have come in', async () => {
  const { selected, now } = shown();
  const boxOf = (name: string): HTMLInputElement => screen.getByRole('checkbox', { name: `Select ${name}` });
  await fireEvent.click(boxOf('Row 1'));
  await now([NEW, ...ROWS]);
  await fireEvent.click(boxOf('Row 3'), { shiftKey: true });
  expect([...selected]).toEqual([1, 2, 3]);
  await fireEvent.click(boxOf('Row 2'), { shiftKey: true });
  await tick();
  expect([selected.has(2), boxOf('Row 2').checked]).toEqual([true, true]);
});

it('lets go what has left the list', async () => {
  const { selected, now } = shown();
  selected.add(1).add(2);
  await now(ROWS.filter((it) => it.id !== 1));
  expect([...selected]).toEqual([2]);
  cleanup();
  expect(selected.size).toBe(0);
});

it('begins on a phone with the list it goes on with', async () => {
  const wide = globalThis.matchMedia;
  globalThis.matchMedia = ((media: string) => ({ ...wide(media), matches: true })) as typeof matchMedia;
  const { now } = shown({ rows: ROWS.slice(0, 100), onend: () => {} });
  const inside = screen.getByRole('list', { name: 'Rows' }).firstElementChild;
  await now(ROWS.slice(0, 101));
  globalThis.matchMedia = wide;
  expect(screen.getByRole('list', { name: 'Rows' }).firstElementChild).toBe(inside);
});
