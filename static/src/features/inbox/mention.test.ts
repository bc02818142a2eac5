import { expect, it } from 'vitest';
import { inPieces, namingAt, offered, withName } from './mention';

const team = [
  { id: 1, name: 'Дана' },
  { id: 2, name: 'Дана Оспанова' },
  { id: 3, name: 'Аида Ким' },
  { id: 4, name: 'Ару (ночь)' },
];

it('finds the name that is being written, and takes no address for one', () => {
  expect(namingAt('спроси @да', 10)).toEqual({ from: 7, words: 'да' });
  expect(namingAt('@', 1)).toEqual({ from: 0, words: '' });
  expect(namingAt('@Дана Осп', 9)).toEqual({ from: 0, words: 'Дана Осп' });
  expect(namingAt('почта dana@site', 15)).toBeNull();
  expect(namingAt('@Дана\nпотом', 11)).toBeNull();
  expect(namingAt('@ потом', 7)).toBeNull();
  expect(namingAt('@да и', 2)).toEqual({ from: 0, words: 'д' });
});

it('offers those whose name, or a word of it, begins so', () => {
  const names = (words: string) => offered(team, words).map((it) => it.id);
  expect([names(''), names('дан'), names('ким'), names('оспа'), names('х')]).toEqual([[1, 2, 3, 4], [1, 2], [3], [2], []]);
});

it('writes the whole name where the caret is', () => {
  const text = 'спроси @аи потом';
  expect(withName(text, namingAt(text, 10)!, 'Аида Ким')).toEqual({ text: 'спроси @Аида Ким потом', caret: 17 });
});

it('marks what the server takes for a name', () => {
  const marked = (text: string) =>
    inPieces(
      text,
      team.map((it) => it.name),
    ).flatMap((it) => (it.named ? [it.text] : []));
  expect(marked('@дана оспанова, и @Аида!')).toEqual(['@дана оспанова', '@Аида']);
  expect(marked('@Дана')).toEqual(['@Дана']);
  expect(marked('@Данара, dana@Дана.kz')).toEqual([]);
  expect(marked('@Ару (ночь) тут')).toEqual(['@Ару (ночь)']);
  expect(inPieces('без имён', ['Дана'])).toEqual([{ text: 'без имён', named: false }]);
});
