import { expect, it } from 'vitest';
import { numberOr, oneOf, parseQuery, printQuery, words } from './query';

const SPEC = { status: oneOf(['any', 'new'], 'any'), who: numberOr(['any', 'none'], 'any'), q: words };
const USUAL = { status: 'any', who: 'any', q: '' } as const;

it('leaves out what is as usual', () => {
  expect(printQuery(SPEC, USUAL)).toBe('');
  expect(printQuery(SPEC, { ...USUAL, status: 'new', who: 7 })).toBe('?status=new&who=7');
  expect(printQuery(SPEC, {})).toBe('');
});

it('reads what it has written', () => {
  const values = { status: 'new', who: 'none', q: 'дом & баня' } as const;
  expect(parseQuery(SPEC, printQuery(SPEC, values))).toEqual(values);
});

it('makes nothing of what it does not know', () => {
  expect(parseQuery(SPEC, '?status=burnt&who=-3&x=1')).toEqual(USUAL);
});
