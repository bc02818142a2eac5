import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { patch } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Lead } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { dismiss, toasts } from '../../lib/toast.svelte';
import { hub } from '../../realtime/hub.svelte';
import { lead } from '../../realtime/testing';
import { changeMany, toStatus } from './many';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), patch: vi.fn() }));
beforeAll(() => useLocale('en', false));
beforeEach(() => hub.store.reset());
afterEach(() => [...toasts()].forEach((it) => dismiss(it.id)));

const answers = (refused: number[] = []): void =>
  void vi.mocked(patch).mockImplementation(async (path, body) => {
    const id = Number(/\d+$/.exec(path)?.[0]);
    if (refused.includes(id)) throw new Problem(403, 'forbidden', '');
    return { ...hub.store.leads.get(id), ...(body as Partial<Lead>), seq: 100 };
  });
const statuses = (): (string | undefined)[] => [1, 2, 3].map((id) => hub.store.leads.get(id)?.status);
const toWon = (ids: number[]): Promise<void> => changeMany(ids, toStatus('won'), (it) => toStatus(it.status));

it('changes all that were chosen, says how many, and takes each back to what it was', async () => {
  hub.store.leads.put(lead({ id: 1, status: 'new' }));
  hub.store.leads.put(lead({ id: 2, status: 'lost' }));
  answers();
  await toWon([1, 2]);
  expect(statuses()).toEqual(['won', 'won', undefined]);
  expect(toasts().map((it) => it.text)).toEqual(['2 leads changed']);
  toasts()[0]?.action?.run();
  await vi.waitFor(() => expect(statuses()).toEqual(['new', 'lost', undefined]));
});

it('says how many were refused, and leaves those alone', async () => {
  for (const id of [1, 2, 3]) hub.store.leads.put(lead({ id, status: 'new' }));
  answers([2]);
  await toWon([1, 2, 3]);
  expect(statuses()).toEqual(['won', 'new', 'won']);
  expect(toasts().map((it) => it.text)).toEqual(['1 lead could not be changed', '2 leads changed']);
});
