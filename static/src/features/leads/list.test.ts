import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import type { Lead } from '../../api/types';
import { apply } from '../../realtime/apply';
import { hub } from '../../realtime/hub.svelte';
import { lead } from '../../realtime/testing';
import { parseQuery, printQuery } from '../../lib/query';
import { LEAD_QUERY, NO_FILTER, queryOf, says, type LeadFilter } from './filter';
import { LeadList } from './list.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
beforeEach(() => hub.store.reset());
afterEach(() => vi.mocked(get).mockReset());

async function listed(leads: Lead[], filter: Partial<LeadFilter> = {}, next_cursor: string | null = null): Promise<LeadList> {
  const list = new LeadList({ ...NO_FILTER, ...filter });
  vi.mocked(get).mockResolvedValueOnce({ leads, total: 40, next_cursor });
  await list.reload();
  return list;
}
const comes = (type: 'lead.created' | 'lead.updated', data: Lead): void =>
  apply({ type, prev: 0, seq: data.seq, at: '', conversation_id: 1, data }, hub.store, hub.presence);
const shown = (list: LeadList): number[] => list.rows().map((it) => it.id);

it('shows the newest first, and one that comes in above them', async () => {
  const list = await listed([lead({ id: 5 }), lead({ id: 4 })], {}, 'more');
  comes('lead.created', lead({ id: 6 }));
  comes('lead.updated', lead({ id: 2 }));
  expect(shown(list)).toEqual([6, 5, 4]);
  expect(list.total(list.rows())).toBe(41);
});

it('lets a lead go that no longer fits the filter', async () => {
  const list = await listed([lead({ id: 5 }), lead({ id: 4 })], { status: 'new' });
  comes('lead.updated', lead({ id: 5, seq: 9, status: 'won' }));
  expect(shown(list)).toEqual([4]);
  expect(list.total(list.rows())).toBe(1);
});

it('believes the server what it found, and searches what comes in itself', async () => {
  const list = await listed([lead({ id: 5, summary: 'морфология нашла' })], { q: 'баня' });
  comes('lead.created', lead({ id: 6, object_type: 'Баня' }));
  comes('lead.created', lead({ id: 7, object_type: 'дом' }));
  expect(shown(list)).toEqual([6, 5]);
});

it('does not let an older frame undo a newer lead, and keeps the provider’s words the feed leaves out', () => {
  hub.store.leads.put(lead({ id: 1, seq: 5, status: 'won', notice: { state: 'failed', detail: 'kicked' } }));
  comes('lead.updated', lead({ id: 1, seq: 4, status: 'lost' }));
  expect(hub.store.leads.get(1)?.status).toBe('won');
  comes('lead.updated', lead({ id: 1, seq: 6, status: 'lost', notice: { state: 'failed', detail: null } }));
  expect(hub.store.leads.get(1)).toMatchObject({ status: 'lost', notice: { detail: 'kicked' } });
});

it('finds a number however it is written', () => {
  const it = lead({ id: 1, phone: '8 776 877 66 37', phone_e164: '+77768776637' });
  for (const q of ['+7 776', '776-877', '87768776637']) expect(says(it, q), q).toBe(true);
  expect(says(it, '7012')).toBe(false);
});

it('keeps filter and order in the address, and makes nothing of what it does not know', () => {
  const kept = { status: 'won', assignee: 7, q: 'дом & баня', sort: { by: 'name', down: true } } as const;
  expect(parseQuery(LEAD_QUERY, printQuery<object>(LEAD_QUERY, kept))).toEqual(kept);
  expect(parseQuery(LEAD_QUERY, 'status=burnt&assignee=me&sort=salary')).toEqual({ ...NO_FILTER, sort: null });
});

it('does not ask the server for an order', () => {
  expect(queryOf({ ...NO_FILTER, q: 'дом' }).toString()).toBe('q=%D0%B4%D0%BE%D0%BC');
});

it('tries again what failed: the page it could not get, or the list', async () => {
  const list = await listed([lead({ id: 5 })], {}, 'more');
  vi.mocked(get).mockRejectedValueOnce(new Error('down'));
  await list.loadMore();
  vi.mocked(get).mockResolvedValueOnce({ leads: [lead({ id: 4 })], total: 2, next_cursor: 'last' });
  await list.retry();
  expect([vi.mocked(get).mock.lastCall?.[0], shown(list)]).toEqual(['/api/leads?limit=100&cursor=more', [5, 4]]);
  // The list itself failed: that is fetched anew, not its next page.
  vi.mocked(get).mockRejectedValueOnce(new Error('down'));
  await list.reload();
  vi.mocked(get).mockResolvedValueOnce({ leads: [lead({ id: 5 })], total: 1, next_cursor: null });
  await list.retry();
  expect([vi.mocked(get).mock.lastCall?.[0], list.error]).toEqual(['/api/leads?limit=100', null]);
});
