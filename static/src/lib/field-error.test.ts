import { expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { fieldError } from './field-error';

it('says at a field what was said about it or about something inside it', () => {
  const problem = new Problem(422, 'validation', 'no', { errors: { model: 'unknown model', 'prices.gpt-4o.input': 'too dear' } });
  expect(fieldError(problem, 'model')).toBe('unknown model');
  expect(fieldError(problem, 'prices')).toBe('too dear');
  expect(fieldError(problem, 'price')).toBe('');
  expect(fieldError(null, 'model')).toBe('');
});
