import { expect, it } from 'vitest';
import { usd } from './money';

it('does not round a fraction of a cent to nothing', () => {
  expect(usd(0.00249, 'en')).toBe('$0.0025');
  expect(usd(12.094, 'en')).toBe('$12.09');
  expect(usd(0, 'en')).toBe('$0.00');
});
