import { expect, it } from 'vitest';
import { seconds, usd } from './money';
import { figure } from './numbers';

it('does not round a fraction of a cent to nothing', () => {
  expect(usd(0.00249, 'en')).toBe('$0.0025');
  expect(usd(12.094, 'en')).toBe('$12.09');
  expect(usd(0, 'en')).toBe('$0.00');
});

it('writes numbers in Kazakh as its readers do, whatever the browser knows', () => {
  expect(usd(0.42, 'kk').replace(/\s/g, ' ')).toBe('0,42 $');
  expect(figure(1234567, 'kk').replace(/\s/g, ' ')).toBe('1 234 567');
  expect(seconds(1500, 'kk').replace(/\s/g, ' ')).toBe('1,5 с');
});
