import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { get, patch } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Customer } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { dismiss, toasts } from '../../lib/toast.svelte';
import type { Asked, Outcome } from '../../realtime/asked';
import { hub } from '../../realtime/hub.svelte';
import { conversation } from '../../realtime/testing';
import { edit } from './customer-edits';
import { say } from './refusals';
import { tell, type Edit } from './tell-edit';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn(), patch: vi.fn() }));
const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
const customer = (part: Partial<Customer> = {}): Customer => ({
  ...conversation({ id: 7 }).customer,
  ...times,
  phone_e164: null,
  email: null,
  notes: '',
  channels: [],
  source: null,
  seq: 1,
  ...part,
});
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const waited = (part: Partial<Edit> = {}): Edit => ({
  id: 'e',
  tab: 't',
  v: 1,
  tries: 0,
  created_at: ago(60_000),
  customer_id: 7,
  kind: 'edit.name',
  body: { name: 'Новое' },
  show: { name: 'Новое' },
  from: 'Айгерим',
  ...part,
});
const asked = (ended: Outcome): Asked => ({ id: 'e', outcome: Promise.resolve(ended), ended: Promise.resolve(ended) });
const signal = new AbortController().signal;

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  vi.mocked(get).mockReset();
  vi.mocked(patch)
    .mockReset()
    .mockResolvedValue(customer({ name: 'Новое', seq: 2 }));
  for (const it of [...toasts()]) dismiss(it.id);
  hub.store.reset();
});

it('shows an edit at once, in lists too, and takes it back', () => {
  hub.store.putRow(conversation({ id: 1, customer: conversation({ id: 7 }).customer }));
  hub.store.putCustomer(customer());
  const back = hub.store.tentativeCustomer(7, { name: 'Новое' });
  hub.store.putCustomer(customer({ seq: 2, phone: '+7' }));
  expect(hub.store.row(1)?.customer).toMatchObject({ name: 'Новое', phone: '+7' });
  back();
  expect([hub.store.row(1)?.customer.name, hub.store.customers.get(7)?.name]).toEqual(['Айгерим', 'Айгерим']);
});

describe('told to the server', () => {
  it('at once, without a look', async () => {
    await tell(waited({ created_at: ago(0) }), signal);
    expect([vi.mocked(get).mock.calls.length, vi.mocked(patch).mock.calls[0]?.[1]]).toEqual([0, { name: 'Новое' }]);
  });

  it('after a wait, where nobody else has written', async () => {
    vi.mocked(get).mockResolvedValue(customer());
    await tell(waited(), signal);
    expect(patch).toHaveBeenCalledTimes(1);
  });

  it('after a wait, not over what somebody else has written: it stands there to be seen', async () => {
    vi.mocked(get).mockResolvedValue(customer({ name: 'Иначе', seq: 5 }));
    await expect(tell(waited(), signal)).rejects.toMatchObject({ code: 'changed_since' });
    expect([vi.mocked(patch).mock.calls.length, hub.store.customers.get(7)?.name]).toEqual([0, 'Иначе']);
    await tell(waited({ from: undefined }), signal);
    expect(patch).toHaveBeenCalledTimes(1);
  });
});

it('one person’s edit is not told in the name of the next', async () => {
  const person = new AbortController();
  hub.store.putCustomer(customer());
  vi.mocked(get).mockImplementation(async () => (person.abort(), customer({ phone: '+7', seq: 2 })));
  await expect(tell(waited(), person.signal)).rejects.toBeTruthy();
  expect([vi.mocked(patch).mock.calls.length, hub.store.customers.get(7)?.phone]).toEqual([0, null]);
});

describe('a refusal', () => {
  const refusal = new Problem(422, 'validation', 'no', { errors: { phone: 'Слишком длинно' } });

  it('stands at the field of whoever waits for it', async () => {
    vi.spyOn(hub.changes, 'add').mockReturnValueOnce(asked(refusal));
    expect(await edit(customer(), 'phone', '1'.repeat(99))).toBe('Слишком длинно');
    say(waited({ kind: 'edit.phone' }), refusal, true);
    expect(toasts()).toHaveLength(0);
  });

  it('that comes later is said with what it is about', () => {
    hub.store.putRow(conversation({ id: 1, customer: conversation({ id: 7 }).customer }));
    say(waited({ kind: 'edit.phone', show: { phone: '111' } }), refusal, false);
    expect(toasts()[0]?.text).toBe('Айгерим · Не сохранено: Телефон: 111. Слишком длинно.');
  });

  it('what waits for the link is said to', async () => {
    vi.spyOn(hub.changes, 'add').mockReturnValueOnce(asked('waiting'));
    expect(await edit(customer(), 'phone', ' 1 ')).toBeNull();
    expect(toasts()[0]?.text).toBe('Сохранено · отправится, когда появится связь');
  });
});
