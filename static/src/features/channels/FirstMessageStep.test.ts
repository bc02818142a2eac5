import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Channel } from '../../api/types';
import { get } from '../../api/client';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import FirstMessageStep from './FirstMessageStep.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
const channel = (last_event_at: string | null): Channel => ({
  id: 3,
  kind: 'telegram',
  name: 'Магазин',
  status: 'active',
  enabled: true,
  username: 'shop_bot',
  health: { state: 'ok', detail: '', checked_at: null, last_event_at, retry_at: null },
  created_at: '2026-01-01T00:00:00Z',
});
beforeEach(async () => {
  vi.useFakeTimers();
  await useLocale('ru', false);
});
afterEach(() => vi.useRealTimers());

it('leads to the bot and says so when the first message has come', async () => {
  const done = vi.fn();
  vi.mocked(get).mockResolvedValueOnce(channel(null)).mockResolvedValue(channel('2026-01-01T00:01:00Z'));
  render(FirstMessageStep, { channel: channel(null), ondone: done });
  expect(screen.getByRole('link').getAttribute('href')).toBe('https://t.me/shop_bot');
  expect(screen.getByRole('img', { name: /shop_bot/ })).toBeTruthy();
  await vi.advanceTimersByTimeAsync(3000);
  expect(screen.getByRole('status').textContent).toContain('Ждём первое сообщение');
  expect(screen.getByRole('button', { name: 'Пропустить' })).toBeTruthy();
  await vi.advanceTimersByTimeAsync(3000);
  expect(screen.getByRole('status').textContent).toContain('Сообщение пришло');
  await fireEvent.click(screen.getByRole('button', { name: 'Готово' }));
  expect(done).toHaveBeenCalledOnce();
});
