import { expect, it } from 'vitest';
import { keyFor } from './keys';

it.each([
  ['Город строительства', [], 'city'],
  ['Қаласы', [], 'city'],
  ['Есть ли участок?', [], 'est_li_uchastok'],
  ['Есть ли участок?', ['est_li_uchastok'], 'est_li_uchastok_2'],
  ['Второй город', ['city'], 'vtoroi_gorod'],
  ['2 этажа', [], 'etazha'],
  ['¿?', [], 'field'],
])('%s beside %j is %s', (label, taken, key) => expect(keyFor(label, taken)).toBe(key));

it('keeps within what the server takes', () => {
  expect(keyFor('Ю'.repeat(60), ['yu'.repeat(18)])).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
});
