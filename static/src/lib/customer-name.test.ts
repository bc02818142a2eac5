import { expect, it } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import { customerName } from './customer-name';

const nobody = { id: 48211, number: 12, name: '', phone: null, username: null, language: null };

it('calls a customer by what is known, and else by the number the company has given', async () => {
  await useLocale('ru', false);
  expect(customerName({ ...nobody, name: ' Айгерим ', username: 'aika' })).toBe('Айгерим');
  expect(customerName({ ...nobody, username: 'aika', phone: '+7 701' })).toBe('@aika');
  expect(customerName({ ...nobody, phone: '+7 701' })).toBe('+7 701');
  expect(customerName(nobody)).toBe('Клиент 12');
  expect(customerName({ ...nobody, number: 0 })).toBe('Клиент');
  expect(customerName({ ...nobody, number: null })).toBe('Клиент');
  await useLocale('kk', false);
  expect([nobody, { ...nobody, number: 0 }].map(customerName)).toEqual(['№12 клиент', 'Клиент']);
  await useLocale('ru', false);
  const { number: _, ...older } = nobody;
  expect(customerName(older as typeof nobody)).toBe('Клиент');
});
