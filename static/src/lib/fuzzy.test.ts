import { expect, it } from 'vitest';
import { rank, score } from './fuzzy';

const PAGES = ['Диалоги', 'Заявки', 'Поиск', 'Каналы', 'Команда', 'Профиль', 'Тёмная тема'];
const first = (query: string, items = PAGES): string | undefined => rank(query, items, (it) => [it])[0];

it('finds what is typed, at the beginning before the middle', () => {
  expect(first('кан')).toBe('Каналы');
  expect(first('тем')).toBe('Тёмная тема');
  expect(rank('за', ['Показать', 'Не закрыт', 'Заявки'], (it) => [it])).toEqual(['Заявки', 'Не закрыт', 'Показать']);
});

it('forgives the wrong layout, both ways', () => {
  expect(first('lbfkjub')).toBe('Диалоги');
  expect(first('pfzdrb')).toBe('Заявки');
  expect(first('еуфь', ['Team', 'Channels'])).toBe('Team');
});

it('forgives Latin letters', () => {
  expect(first('dialogi')).toBe('Диалоги');
  expect(first('zayavki')).toBe('Заявки');
  expect(first('komanda')).toBe('Команда');
  expect(first('temnaya')).toBe('Тёмная тема');
});

it('knows Kazakh: its letters, its layout, its Latin', () => {
  const kazakh = ['Өтінімдер', 'Іздеу', 'Арналар', 'Қараңғы тақырып'];
  expect(first('өтін', kazakh)).toBe('Өтінімдер');
  expect(first('-n3y3v', kazakh)).toBe('Өтінімдер');
  expect(first('izdeu', kazakh)).toBe('Іздеу');
  expect(first('karangy', kazakh)).toBe('Қараңғы тақырып');
});

it('takes letters left out, and words in any order, but not everything', () => {
  expect(first('длги')).toBe('Диалоги');
  expect(first('тема тёмная')).toBe('Тёмная тема');
  expect(rank('жираф', PAGES, (it) => [it])).toEqual([]);
  expect(score('', 'x')).toBe(1);
});
