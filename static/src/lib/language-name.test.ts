import { expect, it } from 'vitest';
import { languageName, languageOption } from './language-name';

it('calls languages by names that the reader knows', () => {
  expect(['ru', 'kk', 'en'].map((it) => languageName(it, 'en'))).toEqual(['Русский', 'Қазақша', 'English']);
  expect(languageName('de', 'ru')).toBe('немецкий');
  expect(languageName('de', 'kk')).toBe('Deutsch');
  expect(languageName('no such tag', 'ru')).toBe('no such tag');
});

it('marks what is said in the language itself', () => {
  expect(languageOption('kk', 'en')).toEqual({ value: 'kk', label: 'Қазақша', lang: 'kk' });
  expect(languageOption('de', 'ru')).toEqual({ value: 'de', label: 'немецкий' });
  expect(languageOption('de', 'kk')).toEqual({ value: 'de', label: 'Deutsch', lang: 'de' });
});
