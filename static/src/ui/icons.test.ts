import { expect, it } from 'vitest';
import { outline } from '../../build/icons';
import { ICONS } from './icons';

it('brings an outline for every name', () => {
  for (const [name, d] of Object.entries(ICONS)) expect(d, name).toMatch(/^M[\d.\s]+[\s\dMmLlHhVvCcSsQqTtAaZz.,-]+$/);
});

it('draws every kind of part as a path', () => {
  expect(outline([['line', { x1: '1', y1: '2', x2: '3', y2: '4' }]])).toBe('M1 2L3 4');
  expect(outline([['polyline', { points: '1 2 3 4' }]])).toBe('M1 2 3 4');
  expect(outline([['circle', { cx: '12', cy: '12', r: '3' }]])).toBe('M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0');
  expect(outline([['rect', { width: '10', height: '8', x: '2', y: '3', rx: '1' }]])).toBe(
    'M3 3h8a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-8a1 1 0 0 1 -1 -1v-6a1 1 0 0 1 1 -1z',
  );
});

it('keeps a part where it stands, whatever was drawn before it', () => {
  expect(
    outline([
      ['path', { d: 'M1 1h2' }],
      ['path', { d: 'm9 18 6-6' }],
      ['path', { d: 'm15-5v3' }],
    ]),
  ).toBe('M1 1h2M9 18l6-6M15 -5v3');
});

it('names a part it cannot draw', () => {
  expect(() => outline([['text', {}]])).toThrow('<text>');
});
