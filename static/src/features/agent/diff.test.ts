import { expect, it } from 'vitest';
import { changes, pieces } from './diff';

it('names what differs, nested settings by their path and lists as a whole', () => {
  const was = { name: 'Айша', greeting: { ru: 'Здравствуйте', kk: '' }, find_out: [{ label: 'Город' }], temperature: 0.3 };
  const now = {
    name: 'Айша',
    greeting: { ru: 'Добрый день', kk: '' },
    find_out: [{ label: 'Город' }, { label: 'Площадь' }],
    temperature: 0.3,
  };
  expect(changes(was, now)).toEqual([
    { path: 'greeting.ru', was: 'Здравствуйте', now: 'Добрый день' },
    { path: 'find_out', was: 'Город', now: 'Город\nПлощадь' },
  ]);
});

it('sees a setting that only one of the versions has', () => {
  expect(changes({}, { tone: 'calm' })).toEqual([{ path: 'tone', was: '', now: 'calm' }]);
});

it('compares word by word and keeps all of both texts', () => {
  const found = pieces('цены называет только человек', 'цены и сроки называет человек');
  const side = (not: 'in' | 'out'): string =>
    found
      .filter((it) => it.kind !== not)
      .map((it) => it.text)
      .join('');
  expect(side('in')).toBe('цены называет только человек');
  expect(side('out')).toBe('цены и сроки называет человек');
  expect(found[0]).toEqual({ text: 'цены ', kind: 'same' });
});
