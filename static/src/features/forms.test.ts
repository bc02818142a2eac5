import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { patch, post } from '../api/client';
import type { Channel, Me } from '../api/types';
import { useLocale } from '../i18n/i18n.svelte';
import { session } from '../lib/session.svelte';
import EditChannel from './channels/EditChannel.svelte';
import PasswordForm from './profile/PasswordForm.svelte';
import InviteDialog from './team/InviteDialog.svelte';

vi.mock('../api/client', async (original) => ({ ...(await original<object>()), post: vi.fn(), patch: vi.fn() }));
HTMLDialogElement.prototype.showModal = function (): void {
  this.open = true;
};
beforeAll(() => useLocale('en', false));
beforeEach(() => {
  session.me = { id: 5, role: 'owner', email: 'a@b.kz' } as Me;
  vi.mocked(post)
    .mockReset()
    .mockReturnValue(new Promise(() => {}));
  vi.mocked(patch)
    .mockReset()
    .mockReturnValue(new Promise(() => {}));
});

it('sends a form once, however often it is pressed while it is being sent', async () => {
  const change = vi.spyOn(session, 'changePassword').mockReturnValue(new Promise(() => {}));
  const channel = { id: 3, name: 'Bot', kind: 'telegram', mode: 'polling' } as Channel;
  render(InviteDialog, { onclose: () => {} });
  render(PasswordForm);
  render(EditChannel, { channel, onclose: () => {}, onsaved: () => {} });
  for (const form of document.querySelectorAll('form')) {
    await fireEvent.submit(form);
    await fireEvent.submit(form);
    expect(form.querySelector('[type=submit]')?.getAttribute('aria-busy')).toBe('true');
  }
  expect([post, change, patch].map((it) => vi.mocked<(...of: never[]) => unknown>(it).mock.calls.length)).toEqual([1, 1, 1]);
});

it('empties the passwords when they were taken', async () => {
  vi.spyOn(session, 'changePassword').mockResolvedValue(undefined);
  const { container } = render(PasswordForm);
  const fields = [...container.querySelectorAll<HTMLInputElement>('input[type=password]')];
  for (const it of fields) await fireEvent.input(it, { target: { value: 'secret words' } });
  await fireEvent.submit(container.querySelector('form')!);
  await vi.waitFor(() => expect(fields.map((it) => it.value)).toEqual(['', '']));
});
