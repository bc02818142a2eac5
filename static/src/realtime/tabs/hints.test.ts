import { expect, it } from 'vitest';
import { Hints } from './hints';

const counts = (unread: number) => ({ type: 'counts.updated' as const, counts: { all: { unread, waiting: 0 } } });

it('tells a tab that joins late the newest counts, as long as there is a link', () => {
  const hints = new Hints();
  expect(hints.frames()).toEqual([]);
  hints.take(counts(1));
  hints.take(counts(2));
  expect(hints.frames()).toEqual([counts(2)]);
  hints.forget();
  expect(hints.frames()).toEqual([]);
});
