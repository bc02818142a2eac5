import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { patch } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Me } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { mayLeave } from '../../lib/router.svelte';
import { session } from '../../lib/session.svelte';
import PersonForm from './PersonForm.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), patch: vi.fn() }));
beforeAll(() => useLocale('en', false));
beforeEach(() => {
  session.me = { id: 5, role: 'owner', email: 'a@b.kz', name: 'Dana', company_name: 'X' } as Me;
  vi.mocked(patch).mockReset();
});
const type = (field: HTMLElement, value: string): Promise<unknown> => fireEvent.input(field, { target: { value } });

it('sends only what was changed, once, and asks before it is left half-way', async () => {
  const asked = vi.spyOn(window, 'confirm').mockReturnValue(false);
  vi.mocked(patch).mockReturnValue(new Promise(() => {}));
  const { getByLabelText, container } = render(PersonForm);
  expect(mayLeave()).toBe(true);
  await type(getByLabelText('Name'), ' Dana S. ');
  expect(mayLeave()).toBe(false);
  expect(asked).toHaveBeenCalledOnce();
  await fireEvent.submit(container.querySelector('form')!);
  await fireEvent.submit(container.querySelector('form')!);
  expect(vi.mocked(patch).mock.calls).toEqual([['/api/auth/me', { name: 'Dana S.' }]]);
});

it('says by the field what is wrong with it, until it is rewritten', async () => {
  vi.mocked(patch).mockRejectedValue(new Problem(422, 'invalid', 'no', { errors: { name: 'too long' } }));
  const { getByLabelText, findByText, queryByText, container } = render(PersonForm);
  await type(getByLabelText('Name'), 'D');
  await fireEvent.submit(container.querySelector('form')!);
  expect(await findByText('too long')).toBeTruthy();
  await vi.waitFor(() => expect(document.activeElement).toBe(getByLabelText('Name')));
  await type(getByLabelText('Name'), 'Da');
  expect(queryByText('too long')).toBeNull();
});
