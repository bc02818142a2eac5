import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import PricesForm from './PricesForm.svelte';
import type { AiChange, AiSettings } from './types';

beforeAll(() => useLocale('en', false));

it('refuses a model named twice where it is named', async () => {
  const save = vi.fn(async (_: AiChange) => null);
  const prices = { one: { input: 1, output: 2 }, two: { input: 3, output: 4 } };
  const { container } = render(PricesForm, { ai: { prices } as unknown as AiSettings, save });
  const [, second] = screen.getAllByRole<HTMLInputElement>('combobox', { name: 'Model' });
  await fireEvent.input(second!, { target: { value: ' one ' } });
  container.querySelector('form')!.requestSubmit();
  expect(save).not.toHaveBeenCalled();
  expect([second!.validationMessage, second!.getAttribute('aria-invalid')]).toEqual(['This model already has a price', 'true']);
  await fireEvent.input(second!, { target: { value: 'three' } });
  container.querySelector('form')!.requestSubmit();
  await vi.waitFor(() => expect(save).toHaveBeenCalledWith({ prices: { one: prices.one, three: prices.two } }));
});
