import { describe, expect, it } from 'vitest';
import { FILES, words, type Locale, type Part, type Words } from './parts';
import { format, type Text } from './plural';

const LOCALES: Locale[] = ['ru', 'kk', 'en'];
const partsOf = (locale: string): Part[] =>
  Object.keys(FILES).flatMap((it) => (it.startsWith(`./${locale}/`) ? [/(\w+)\.ts$/.exec(it)![1] as Part] : []));
const PARTS = partsOf('ru');
const load = async (locale: Locale): Promise<[Part, Words][]> =>
  Promise.all(PARTS.map(async (it): Promise<[Part, Words]> => [it, await words(locale, it)]));
const catalogs = Object.fromEntries(await Promise.all(LOCALES.map(async (it) => [it, await load(it)] as const)));
const entries = (locale: Locale): [string, Text][] => catalogs[locale]!.flatMap(([, part]) => Object.entries(part));
const reference = new Map(entries('ru'));

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const places = (text: Text): string[] =>
  [...new Set(forms(text).flatMap((it) => [...it.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)))].sort();

it('says each thing in one part only', () => {
  const keys = entries('ru').map(([key]) => key);
  expect(keys.filter((it, index) => keys.indexOf(it) !== index)).toEqual([]);
});

describe.each(LOCALES)('%s', (locale) => {
  it('has the parts of ru, and in each exactly its keys', () => {
    expect(partsOf(locale)).toEqual(PARTS);
    for (const [index, [part, texts]] of catalogs[locale]!.entries())
      expect(Object.keys(texts).sort(), part).toEqual(Object.keys(catalogs.ru![index]![1]).sort());
  });

  it('fills the same places and leaves no text empty', () => {
    for (const [key, text] of entries(locale)) {
      expect(places(text), key).toEqual(places(reference.get(key)!));
      for (const form of forms(text)) expect(form, key).not.toBe('');
    }
  });

  it('has every plural form its language asks for', () => {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, text] of entries(locale)) {
      if (typeof text === 'string') continue;
      const missing = wanted.filter((it) => !(it in text) && !(locale === 'kk' && it === 'one'));
      expect(missing, key).toEqual([]);
    }
  });
});

it('kk puts no postposition after a bare place: the case ending it asks for cannot be known', () => {
  const bare = entries('kk').filter(([, text]) => /\} (дейін|бастап|бері|кейін|туралы)/.test(JSON.stringify(text)));
  expect(bare).toEqual([]);
});

/** One word for one thing, in the right spelling, and nobody's sex guessed at. */
const BANNED: Record<string, RegExp> = {
  ru: /\((а|ла|ась|ся)\)|(?<!\p{L})(ничьи|вольность)(?!\p{L})/iu,
  kk: /ЖИ көмекші|жұмыста(?!\p{L})|байқау(?!\p{L})/iu,
  en: /\b(he|she|his|her)\b|\bnotices?\b/i,
};
it.each(LOCALES)('%s has none of the words found weak before', (locale) => {
  const weak = entries(locale).filter(([, text]) => forms(text).some((it) => BANNED[locale]!.test(it)));
  expect(weak).toEqual([]);
});

describe('plurals', () => {
  it('chooses one, few and many in Russian', () => {
    const text = reference.get('view.unread')!;
    expect(format('ru', text, { n: 1 })).toBe('1 диалог с непрочитанным');
    expect(format('ru', text, { n: 3 })).toBe('3 диалога с непрочитанным');
    expect(format('ru', text, { n: 11 })).toBe('11 диалогов с непрочитанным');
    expect(format('ru', text, { n: 21 })).toBe('21 диалог с непрочитанным');
  });

  it('leaves an unknown place alone, so a mistake is seen and not silent', () => {
    expect(format('en', 'Hello {name}', {})).toBe('Hello {name}');
  });
});
