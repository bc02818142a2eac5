import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import { call, get } from '../../api/client';
import { useLocale } from '../../i18n/i18n.svelte';
import { toasts } from '../../lib/toast.svelte';
import { giveMedia, givePopovers } from '../../ui/testing';
import AgentPage from './AgentPage.svelte';
import type { AgentSettings, AgentState } from './types';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn(), call: vi.fn() }));
giveMedia();
givePopovers();
beforeAll(() => useLocale('en', false));
const settings: AgentSettings = {
  answers_first: 'people',
  name: 'Aida',
  role: '',
  tone: '',
  languages: ['ru'],
  greeting: {},
  find_out: [],
  hand_over_when: '',
  scope: 'qualifying',
  hours: null,
  model: null,
  temperature: 0.3,
  budget_per_conversation: null,
  budget_per_day: null,
  debounce_ms: 3000,
  disclose: true,
  extra: '',
};
const state = (more: Partial<AgentSettings>, version: number): AgentState =>
  ({ channel_id: 3, version, settings: { ...settings, ...more }, ready: true, updated_at: null, updated_by: null }) as never;

async function shown(): Promise<HTMLInputElement> {
  vi.mocked(get).mockImplementation(async (path: string) => {
    if (path === '/api/agent/presets')
      return { presets: [{ id: 'p', name: { en: 'Sauna' }, settings: { ...settings, name: 'Sauna bot' } }] };
    return path.endsWith('/agent') ? state({}, 1) : { id: 3, name: 'Bot', kind: 'telegram' };
  });
  render(AgentPage, { params: { id: 3 } });
  return screen.findByDisplayValue<HTMLInputElement>('Aida');
}

it('keeps what is typed while it is being saved', async () => {
  const name = await shown();
  let answer: (it: AgentState) => void = () => {};
  vi.mocked(call).mockReturnValue(new Promise((done) => (answer = done as typeof answer)));
  await fireEvent.input(name, { target: { value: 'Dana' } });
  const form = name.closest('form')!;
  await fireEvent.submit(form);
  await fireEvent.submit(form);
  await fireEvent.input(name, { target: { value: 'Dana A' } });
  answer(state({ name: 'Dana' }, 2));
  await vi.waitFor(() => expect(form.querySelector('[type=submit]')?.hasAttribute('aria-busy')).toBe(false));
  expect([name.value, vi.mocked(call).mock.calls.length]).toEqual(['Dana A', 1]);
  expect(form.querySelector<HTMLButtonElement>('[type=submit]')?.disabled).toBe(false);
});

it('gives back the words a preset has replaced', async () => {
  const name = await shown();
  await fireEvent.input(name, { target: { value: 'Mine' } });
  await fireEvent.click(await screen.findByRole('menuitem', { hidden: true, name: 'Sauna' }));
  await tick();
  expect(name.value).toBe('Sauna bot');
  toasts().at(-1)?.action?.run();
  await tick();
  expect(name.value).toBe('Mine');
});
