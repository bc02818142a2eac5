import { render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import ContextPane from './ContextPane.svelte';

beforeAll(() => useLocale('ru', false));

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
