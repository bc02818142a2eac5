// Finds by what one means, not by how the keyboard happened to be set: «lbfkjub» and "dialogi" both find «Диалоги».

// The Kazakh letters lie on the row of digits.
const QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.2345890-=";
const CYRILLIC = 'ёйцукенгшщзхъфывапролджэячсмитьбюәіңғүұқөһ';
const TYPED_LATIN = new Map([...QWERTY].map((it, i) => [it, [...CYRILLIC][i]!]));
const TYPED_CYRILLIC = new Map([...QWERTY].map((it, i) => [[...CYRILLIC][i]!, it]));

const LETTERS = 'а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я ә ғ қ ң ө ұ ү һ і'.split(' ');
const SOUNDS = 'a b v g d e zh z i i k l m n o p r s t u f h c ch sh sh - i - e iu ia a g k n o u u h i'.split(' ');
const LATIN = new Map(LETTERS.map((it, i) => [it, SOUNDS[i]!.replace('-', '')]));

const plain = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е').trim();
const through = (text: string, map: Map<string, string>): string => [...text].map((it) => map.get(it) ?? it).join('');
/** As it sounds, roughly: people write й as y, j or i, х as h or kh, ц as c or ts. */
const sound = (text: string): string =>
  through(plain(text), LATIN)
    .replace(/shch|sch/g, 'sh')
    .replace(/kh/g, 'h')
    .replace(/ts/g, 'c')
    .replace(/[yj]/g, 'i')
    .replace(/ii+/g, 'i');

/** How well a word is found in a text: at a word's beginning, inside, or as letters one after the other; 0 = not. */
function fit(word: string, text: string): number {
  if (!word) return 1;
  const at = text.indexOf(word);
  if (at === 0) return 100;
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) ? 50 : 80;
  if (word.length < 3) return 0;
  // Letters in order, each gap a loss; the first must begin a word.
  let from = -1;
  let gaps = 0;
  for (const it of word) {
    const next = text.indexOf(it, from + 1);
    if (next < 0) return 0;
    if (from < 0 && next > 0 && /[\p{L}\p{N}]/u.test(text[next - 1]!)) return 0;
    if (from >= 0) gaps += next - from - 1;
    from = next;
  }
  return gaps > word.length * 2 ? 0 : Math.max(1, 30 - gaps);
}

const all = (query: string, text: string): number => {
  const each = query.split(/\s+/).map((word) => fit(word, text));
  return each.includes(0) ? 0 : each.reduce((sum, it) => sum + it, 0) / each.length;
};

export function score(query: string, text: string): number {
  const [q, hay] = [plain(query), plain(text)];
  if (!q) return 1;
  const asTyped = all(q, hay);
  if (asTyped >= 50) return asTyped;
  const otherLayout = Math.max(all(through(q, TYPED_LATIN), hay), all(through(q, TYPED_CYRILLIC), hay)) * 0.9;
  const asItSounds = all(sound(q), sound(hay)) * 0.8;
  return Math.max(asTyped, otherLayout, asItSounds);
}

/** Those that are found, the best first; what is equal stays as it was. */
export function rank<T>(query: string, items: readonly T[], texts: (it: T) => readonly string[]): T[] {
  if (!query.trim()) return [...items];
  return items
    .map((it) => ({ it, score: Math.max(0, ...texts(it).map((text, i) => score(query, text) * (i ? 0.7 : 1))) }))
    .filter((it) => it.score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ it }) => it);
}
