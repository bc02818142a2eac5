import { expect, it } from 'vitest';
import { pieces } from './marks';

it('cuts a snippet at its marks and loses nothing of it', () => {
  expect(
    pieces('😀 тёплый дом!', [
      [3, 6],
      [10, 3],
    ]),
  ).toEqual([
    { text: '😀 ', marked: false },
    { text: 'тёплый', marked: true },
    { text: ' ', marked: false },
    { text: 'дом', marked: true },
    { text: '!', marked: false },
  ]);
  expect(pieces('<b>x</b>', [])).toEqual([{ text: '<b>x</b>', marked: false }]);
});

it('leaves a mark out that another one covers', () => {
  expect(
    pieces('abcdef', [
      [1, 3],
      [2, 3],
    ]).map((it) => it.text),
  ).toEqual(['a', 'bcd', 'ef']);
});
