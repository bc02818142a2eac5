import { expect, it } from 'vitest';
import { regions } from './regions';

it('names countries in each language, and one that is set beside the near ones', () => {
  const first = (locale: string): string | undefined => regions(locale, 'KZ')[0]?.name;
  expect(['ru', 'kk', 'en'].map(first)).toEqual(['Казахстан (KZ)', 'Қазақстан (KZ)', 'Kazakhstan (KZ)']);
  for (const { name, code } of regions('kk', 'KZ')) expect(name).not.toBe(`${code} (${code})`);
  expect(regions('en', 'JP').at(-1)).toEqual({ code: 'JP', name: 'Japan (JP)' });
});
