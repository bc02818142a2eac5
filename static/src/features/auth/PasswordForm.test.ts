import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem';
import { useLocale } from '../../i18n/i18n.svelte';
import PasswordForm from './PasswordForm.svelte';

beforeAll(() => useLocale('ru', false));

it('enters with what was typed, and says why not', async () => {
  const enter = vi.fn(() => Promise.reject(new Problem(401, 'bad_credentials', 'no')));
  const { getByLabelText, findByRole, container } = render(PasswordForm, { enter });
  await fireEvent.input(getByLabelText('Эл. почта'), { target: { value: 'd@x.kz' } });
  await fireEvent.input(getByLabelText('Пароль'), { target: { value: 'secret' } });
  await fireEvent.submit(container.querySelector('form')!);
  expect(enter).toHaveBeenCalledWith('d@x.kz', 'secret');
  expect((await findByRole('alert')).querySelector('svg')).toBeTruthy();
});

it('asks a known person for the password alone', async () => {
  const enter = vi.fn(async () => {});
  const { getByLabelText, container } = render(PasswordForm, { email: 'd@x.kz', enter });
  expect(container.querySelector('input[type=email]')).toBeNull();
  expect(container.textContent).toContain('d@x.kz');
  await fireEvent.input(getByLabelText('Пароль'), { target: { value: 'secret' } });
  await fireEvent.submit(container.querySelector('form')!);
  expect(enter).toHaveBeenCalledWith('d@x.kz', 'secret');
});
