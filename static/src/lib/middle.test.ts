import { expect, it } from 'vitest';
import { ends } from './middle';

it('keeps the end of a name, whole as it is', () => {
  for (const name of [
    'Договор купли-продажи квартиры.docx',
    'a.png',
    '',
    'без окончания но очень длинное',
    'снимок 😀😀😀😀😀😀😀😀😀😀.jpeg',
  ])
    expect(ends(name).join(''), name).toBe(name);
  expect(ends('Договор купли-продажи квартиры.docx')).toEqual(['Договор купли-продажи ква', 'ртиры.docx']);
  expect(ends('a.png')).toEqual(['', 'a.png']);
});
