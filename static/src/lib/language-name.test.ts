import { expect, it } from 'vitest';
import { languageName } from './language-name';

it('calls languages by names that the reader knows', () => {
  expect(['ru', 'kk', 'en'].map((it) => languageName(it, 'en'))).toEqual(['Русский', 'Қазақша', 'English']);
  expect(languageName('de', 'ru')).toBe('немецкий');
  expect(languageName('de', 'kk')).toBe('Deutsch');
  expect(languageName('no such tag', 'ru')).toBe('no such tag');
});
