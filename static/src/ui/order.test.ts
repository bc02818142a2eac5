import { expect, it } from 'vitest';
import { landing, reordered } from './order';

it('lands where it was dropped, its own leaving counted', () => {
  const list = ['a', 'b', 'c', 'd'];
  expect(reordered(list, 0, landing(0, 2, false))).toEqual(['b', 'a', 'c', 'd']);
  expect(reordered(list, 0, landing(0, 2, true))).toEqual(['b', 'c', 'a', 'd']);
  expect(reordered(list, 3, landing(3, 0, false))).toEqual(['d', 'a', 'b', 'c']);
  expect(reordered(list, 1, landing(1, 1, true))).toEqual(list);
  // From another list nothing leaves this one.
  expect(landing(-1, 1, true)).toBe(2);
});

it('stays within the list, and leaves the given one alone', () => {
  const list = [1, 2];
  expect(reordered(list, 0, 9)).toEqual([2, 1]);
  expect(reordered(list, 5, 0)).toEqual([1, 2]);
  expect(list).toEqual([1, 2]);
});
