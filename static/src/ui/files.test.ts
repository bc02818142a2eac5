import { expect, it } from 'vitest';
import { fitsAccept, sift } from './files';

it('takes what the browser would take', () => {
  const file = { name: 'Прайс.CSV', type: 'text/csv' };
  expect(['.csv', 'text/*', 'text/csv, image/*', ''].map((it) => fitsAccept(file, it))).toEqual([true, true, true, true]);
  expect(fitsAccept(file, 'image/*,.xlsx')).toBe(false);
});

it('says of each refused file why', () => {
  const small = new File(['1'], 'a.csv', { type: 'text/csv' });
  const large = new File(['12345'], 'b.csv', { type: 'text/csv' });
  const other = new File(['1'], 'c.png', { type: 'image/png' });
  expect(sift([small, large, other], '.csv', 3)).toEqual({
    taken: [small],
    refused: [
      { file: large, why: 'large' },
      { file: other, why: 'kind' },
    ],
  });
});
