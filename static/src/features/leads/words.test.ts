import { expect, it } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import { leadName } from './words';

it('calls a lead by the name that was said, and else by its number in the company', async () => {
  const lead = { id: 48211, number: 7, name: '' };
  for (const [locale, word] of [
    ['ru', 'Заявка 7'],
    ['kk', '№7 өтінім'],
    ['en', 'Lead 7'],
  ] as const) {
    await useLocale(locale, false);
    expect(leadName(lead)).toBe(word);
  }
  // Of an older version's making.
  expect(leadName({ ...lead, number: 0 })).toBe('Lead');
  expect(leadName({ ...lead, name: 'Канат' })).toBe('Канат');
});
