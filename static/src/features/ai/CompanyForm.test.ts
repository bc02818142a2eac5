import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import CompanyForm from './CompanyForm.svelte';
import type { AiChange, AiSettings } from './types';

beforeAll(() => useLocale('en', false));

it('sends only what was changed: a colleague may have rewritten the rest', async () => {
  const save = vi.fn(async (_: AiChange) => null);
  const ai = { card: 'We build houses', allowed_hosts: ['a.kz'], customer_fields: [] } as unknown as AiSettings;
  const { container } = render(CompanyForm, { ai, save });
  const [card, hosts] = container.querySelectorAll('textarea');
  await fireEvent.input(card!, { target: { value: 'We build saunas' } });
  await fireEvent.submit(container.querySelector('form')!);
  expect(save).toHaveBeenLastCalledWith({ card: 'We build saunas' });
  await fireEvent.input(card!, { target: { value: 'We build houses' } });
  await fireEvent.input(hosts!, { target: { value: 'a.kz\n b.kz \n' } });
  await fireEvent.submit(container.querySelector('form')!);
  expect(save).toHaveBeenLastCalledWith({ allowed_hosts: ['a.kz', 'b.kz'] });
});
