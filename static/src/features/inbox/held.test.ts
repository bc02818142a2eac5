import { expect, it } from 'vitest';
import type { Conversation, Id } from '../../api/types';
import { conversation } from '../../realtime/testing';
import { arrange, hold, type Arranged } from './held';

const row = (id: Id, minute: number, part: Partial<Conversation> = {}): Conversation =>
  conversation({ id, updated_at: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`, ...part });
const ids = (it: Arranged): number[][] => [it.shown.map((row) => row.id), it.news.map((row) => row.id)];
const nobody = (): undefined => undefined;
const start = [row(3, 30), row(2, 20), row(1, 10)];

it('keeps the order, shows what changed in a row, and counts what would rise', () => {
  const live = [row(1, 40, { unread: 2 }), row(3, 30), row(2, 20)];
  const arranged = arrange(hold(start), live, nobody);
  expect(ids(arranged)).toEqual([[3, 2, 1], [1]]);
  expect(arranged.shown[2]?.unread).toBe(2);
});

it('a row that stands on top already is no news', () => {
  expect(ids(arrange(hold(start), [row(3, 50), row(2, 20), row(1, 10)], nobody))).toEqual([[3, 2, 1], []]);
});

it('counts new ones, and lets older ones go on below', () => {
  const live = [row(9, 50), row(8, 45), ...start, row(7, 5)];
  expect(ids(arrange(hold(start), live, nobody))).toEqual([
    [3, 2, 1, 7],
    [9, 8],
  ]);
});

it('one that others have closed keeps its place; one’s own leaves; one that is gone is gone', () => {
  const closed = row(2, 20, { status: 'closed' });
  const live = [row(3, 30), row(1, 10)];
  const current = (id: Id): Conversation | undefined => (id === 2 ? closed : undefined);
  const arranged = arrange(hold(start), live, current);
  expect(ids(arranged)).toEqual([[3, 2, 1], []]);
  expect(arranged.shown[1]).toBe(closed);
  expect(ids(arrange({ ...hold(start), free: new Set([2]) }, live, current))).toEqual([[3, 1], []]);
  expect(ids(arrange(hold(start), live, nobody))).toEqual([[3, 1], []]);
});

it('one’s own change that leaves the row in the list does not move it', () => {
  const live = [row(2, 60, { status: 'pending' }), row(3, 30), row(1, 10)];
  expect(ids(arrange({ ...hold(start), free: new Set([2]) }, live, nobody))).toEqual([[3, 2, 1], [2]]);
});
