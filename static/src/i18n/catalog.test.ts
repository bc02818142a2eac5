import { describe, expect, it } from 'vitest';
import { en } from './en';
import { kk } from './kk';
import { format, type Text } from './plural';
import { ru } from './ru';

const places = (text: Text): string[] => {
  const all = typeof text === 'string' ? [text] : Object.values(text);
  return [...new Set(all.flatMap((it) => [...it.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)))].sort();
};

describe.each([
  ['kk', kk],
  ['en', en],
] as const)('%s', (locale, catalog) => {
  it('has exactly the keys of ru', () => {
    expect(Object.keys(catalog).sort()).toEqual(Object.keys(ru).sort());
  });

  it('fills the same places and leaves no text empty', () => {
    for (const [key, text] of Object.entries(catalog)) {
      expect(places(text), key).toEqual(places(ru[key as keyof typeof ru]));
      for (const form of typeof text === 'string' ? [text] : Object.values(text)) expect(form, key).not.toBe('');
    }
  });

  it('has every plural form its language asks for', () => {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(catalog)) {
      if (typeof text === 'string') continue;
      const missing = wanted.filter((it) => !(it in text) && !(locale === 'kk' && it === 'one'));
      expect(missing, key).toEqual([]);
    }
  });
});

it('kk puts no postposition after a bare place: the case ending it asks for cannot be known', () => {
  const bare = Object.entries(kk).filter(([, text]) => /\} (дейін|бастап|бері|кейін|туралы)/.test(JSON.stringify(text)));
  expect(bare).toEqual([]);
});

describe('plurals', () => {
  it('chooses one, few and many in Russian', () => {
    const text = ru['view.unread'];
    expect(format('ru', text, { n: 1 })).toBe('1 диалог с непрочитанным');
    expect(format('ru', text, { n: 3 })).toBe('3 диалога с непрочитанным');
    expect(format('ru', text, { n: 11 })).toBe('11 диалогов с непрочитанным');
    expect(format('ru', text, { n: 21 })).toBe('21 диалог с непрочитанным');
  });

  it('leaves an unknown place alone, so a mistake is seen and not silent', () => {
    expect(format('en', 'Hello {name}', {})).toBe('Hello {name}');
  });
});
