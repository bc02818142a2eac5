import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import AcceptInvite from './AcceptInvite.svelte';

beforeAll(() => useLocale('en', false));

let refusal: object = {};
vi.stubGlobal('fetch', async (path: string) => {
  if (path === '/api/auth/options') return Response.json({ registration: 'invite', password_min_length: 11, version: '0' });
  if (path === '/api/invites/preview') return Response.json({ company_name: 'Дом', role: 'operator', email: null });
  return Response.json(refusal, { status: 400 });
});

it('says how long the password has to be, and what is refused once: at its field', async () => {
  const { container } = render(AcceptInvite);
  expect(await screen.findByText('At least 11 characters')).toBeTruthy();
  for (const [field, value] of [
    ['Name', 'Ann'],
    ['E-mail', 'a@b.kz'],
    ['Password', 'secret-words'],
  ] as const)
    await fireEvent.input(screen.getByLabelText(field), { target: { value } });
  const refused = async (by: object): Promise<string[]> => {
    refusal = by;
    await fireEvent.submit(container.querySelector('form')!);
    await vi.waitFor(() => expect(container.querySelector('[aria-invalid]')).toBe(document.activeElement));
    const said = [...container.querySelectorAll<HTMLElement>('.text-bad, [role=alert]')].map((it) => it.textContent!.trim());
    return [(document.activeElement as HTMLInputElement).name, ...said];
  };
  expect(await refused({ code: 'email_taken', detail: 'Email already registered' })).toEqual([
    'email',
    'This address is already registered. Sign in or use another.',
  ]);
  expect(await refused({ code: 'validation', detail: 'no', errors: { password: 'too plain' } })).toEqual([
    'password',
    'too plain',
  ]);
});
