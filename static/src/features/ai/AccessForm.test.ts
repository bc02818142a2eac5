import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Me } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { session } from '../../lib/session.svelte';
import AccessForm from './AccessForm.svelte';
import type { AiChange, AiSettings } from './types';

beforeAll(() => useLocale('ru', false));
beforeEach(() => void (session.me = { id: 5, role: 'owner' } as Me));
const ai = {
  key_hint: '…abcd',
  base_url: null,
  model: 'gpt-4o',
  transcribe_model: null,
  default_region: 'KZ',
  daily_budget: 5,
  budget_today: 5,
} as AiSettings;

it('sends only what was changed: a key of blanks is no key, and does not take the old one away', async () => {
  const save = vi.fn(async (_: AiChange) => null);
  const { getByLabelText, container } = render(AccessForm, { ai, save });
  const form = container.querySelector('form')!;
  await fireEvent.input(getByLabelText('Модель'), { target: { value: ' gpt-5 ' } });
  await fireEvent.input(container.querySelector('input[type=password]')!, { target: { value: '   ' } });
  await fireEvent.submit(form);
  expect(save).toHaveBeenLastCalledWith({ model: 'gpt-5' });
  await fireEvent.input(getByLabelText('Модель'), { target: { value: '' } });
  await fireEvent.input(container.querySelector('input[type=password]')!, { target: { value: ' sk-1 ' } });
  await fireEvent.submit(form);
  expect(save).toHaveBeenLastCalledWith({ model: null, api_key: 'sk-1' });
});
