import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { post } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Channel } from '../../api/types';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import CreateChannel from './CreateChannel.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), post: vi.fn() }));
HTMLDialogElement.prototype.showModal = function (): void {
  this.open = true;
};
beforeEach(async () => {
  vi.mocked(post).mockReset();
  await useLocale('ru', false);
});

const made: Channel = {
  id: 5,
  kind: 'whatsapp',
  name: 'WhatsApp',
  status: 'active',
  enabled: true,
  phone_number_id: '1122334455667',
  display_phone_number: '+7 727 311 2233',
  health: {
    state: 'ok',
    detail: '',
    checked_at: null,
    last_event_at: null,
    retry_at: null,
    webhook_url: 'https://hub.example/api/whatsapp/webhook/5',
  },
  created_at: '2026-01-01T00:00:00Z',
};

const fill = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });

it('asks for what Meta’s pages call so, and shows what to enter there', async () => {
  vi.mocked(post).mockResolvedValue(made);
  const created = vi.fn();
  render(CreateChannel, { kind: 'whatsapp', onclose: () => {}, oncreated: created });
  await fill('Phone number ID', '1122334455667');
  await fill('Токен доступа', 'EAAG'.repeat(10));
  await fill('Секрет приложения (App secret)', 'f'.repeat(32));
  const verify = (screen.getByLabelText('Verify token') as HTMLInputElement).value;
  expect(verify.length).toBeGreaterThan(30);
  await fireEvent.click(screen.getByRole('button', { name: 'Подключить' }));
  const said = vi.mocked(post).mock.calls[0]![1];
  expect(said).toMatchObject({ kind: 'whatsapp', name: 'WhatsApp', phone_number_id: '1122334455667', verify_token: verify });
  expect(await screen.findByText('https://hub.example/api/whatsapp/webhook/5')).toBeTruthy();
  expect(screen.getByText(verify)).toBeTruthy();
  expect(created).toHaveBeenCalledWith(made);
});

it('shows at its field what Meta does not accept', async () => {
  vi.mocked(post).mockRejectedValue(
    Problem.from(422, {
      code: 'validation',
      detail: 'x',
      errors: { access_token: 'x' },
      fields: { access_token: { code: 'access_token_refused', params: { words: 'Session has expired (190)' } } },
    }),
  );
  render(CreateChannel, { kind: 'whatsapp', onclose: () => {}, oncreated: () => {} });
  await fill('Phone number ID', '1122334455667');
  await fill('Токен доступа', 'EAAG'.repeat(10));
  await fireEvent.click(screen.getByRole('button', { name: 'Подключить' }));
  const field = await screen.findByLabelText('Токен доступа');
  await vi.waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'));
  expect(document.body.textContent).toContain('Session has expired (190)');
});
