import { expect, it } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import { leadName } from './words';

it('calls a lead by the name that was said, and else by its number in the company', async () => {
  const lead = { id: 48211, number: 7, name: '' };
  for (const [locale, word] of [
    ['ru', 'Заявка 7'],
    ['kk', 'Өтінім 7'],
    ['en', 'Lead 7'],
  ] as const) {
    await useLocale(locale, false);
    expect(leadName(lead)).toBe(word);
  }
  expect(leadName({ ...lead, name: 'Канат' })).toBe('Канат');
});
