import { expect, it } from 'vitest';
import { DASHES, extentOf, HUES, MARKERS, sparkPath } from './chart';

it('tells the ends and the last of what there is', () => {
  expect(extentOf([null, 3, 1, null])).toEqual({ min: 1, max: 3, last: 1 });
  expect(extentOf([null])).toBe(null);
});

it('draws a hole as a hole, and a level line in the middle', () => {
  expect(sparkPath([0, 10, null, 5], 30, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0');
  expect(sparkPath([4, 4], 10, 10)).toBe('M0.0 5.0L10.0 5.0');
  expect(sparkPath([], 10, 10)).toBe('');
});

it('has a second sign for every colour', () => {
  expect(new Set(DASHES.map(String)).size).toBe(HUES);
  expect(new Set(MARKERS).size).toBe(HUES);
});
