// The server lists what it can refuse: each of its codes has words here, in every language, with no place that nothing fills.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { explain } from '../lib/explain';
import { fieldError } from '../lib/field-error';
import { addWords, useLocale } from './i18n.svelte';
import { words, type Locale } from './parts';

type Codes = { problems: string[]; reasons: Record<string, string[]> };
const codes = JSON.parse(readFileSync('api/error-codes.json', 'utf8')) as Codes;
const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((it) => it[1]!);

describe.each<Locale>(['ru', 'kk', 'en'])('%s', (locale) => {
  it('has words for every code', async () => {
    const all = Object.entries({ ...(await words(locale, 'core')), ...(await words(locale, 'errors')) });
    const known = new Map<string, unknown>(all);
    expect(codes.problems.filter((it) => !known.has(`error.${it}`))).toEqual([]);
    for (const [code, params] of Object.entries(codes.reasons)) {
      const text = known.get(`reason.${code}`);
      expect(typeof text, code).toBe('string');
      expect(params, code).toEqual(expect.arrayContaining(places(text as string)));
    }
    const ours = all.map(([key]) => key).filter((it) => it.startsWith('reason.'));
    expect(ours.filter((it) => !(it.slice('reason.'.length) in codes.reasons))).toEqual([]);
  });
});

describe('a refusal', () => {
  const reason = { code: 'too_long', params: { max: 9 } };
  const refused = {
    code: 'validation',
    detail: 'name must …',
    errors: { name: 'name must …' },
    fields: { name: reason },
    reason,
  };
  beforeAll(async () => {
    await useLocale('ru', false);
    await addWords('errors');
  });

  it('is said at its field and as a whole in the reader\u2019s language', () => {
    const problem = Problem.from(422, refused);
    expect(fieldError(problem, 'name')).toBe('Слишком длинно: можно не больше 9 знаков.');
    expect(explain(problem)).toBe('Слишком длинно: можно не больше 9 знаков.');
  });

  it('of a code that a newer server has shows that server\u2019s sentence', () => {
    const newer = { code: 'brand_new', params: {} };
    const problem = Problem.from(422, { ...refused, fields: { name: newer }, reason: newer });
    expect(problem.fields.name).toBe('name must …');
    expect(explain(problem)).toBe('Проверьте заполненное: что-то не подходит.');
  });
});
