import { render, screen, within } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import ContextPane from './ContextPane.svelte';

beforeAll(() => useLocale('ru', false));

it('an edit that waits is marked at its field', () => {
  const row = conversation({ id: 1 });
  hub.store.reset();
  const { created_at, updated_at } = row;
  const rest = { phone_e164: null, email: null, notes: '', channels: [], created_at, updated_at, seq: 1, source: null };
  hub.store.putCustomer({ ...row.customer, ...rest, phone: '+7 701' });
  hub.queues.open(1);
  hub.changes.add({ customer_id: 1, kind: 'edit.name', body: { name: 'Айша' }, show: { name: 'Айша' }, from: 'Айгерим' });
  render(ContextPane, { row, onclose: () => {} });
  const field = (name: string): HTMLElement => screen.getByText(name, { selector: 'dt' }).parentElement!;
  expect(within(field('Имя')).getByTitle('Изменение ждёт связи')).toBeTruthy();
  expect(within(field('Телефон')).queryByTitle('Изменение ждёт связи')).toBeNull();
  hub.queues.close();
  localStorage.clear();
});

it.each(['instagram_bio', null])('shows where the customer came from: %s', (source) => {
  const row = conversation({ id: 1 });
  hub.store.reset();
  const { created_at, updated_at } = row;
  const rest = { phone_e164: null, email: null, notes: '', channels: [], created_at, updated_at, seq: 1 };
  hub.store.putCustomer({ ...row.customer, ...rest, source });
  render(ContextPane, { row, onclose: () => {} });
  expect(!!screen.queryByText('Откуда пришёл')).toBe(source !== null);
  expect(!!screen.queryByText('instagram_bio')).toBe(source !== null);
});
