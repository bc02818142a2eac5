import { flushSync } from 'svelte';
import { expect, it, vi } from 'vitest';
import type { Me } from '../../api/types';
import { session } from '../../lib/session.svelte';
import { hub } from '../../realtime/hub.svelte';
import { bell } from './bell.svelte';

const told: string[] = [];
const notification = {
  id: 1,
  code: 'assigned',
  params: { conversation_id: 10, message_id: null, by: { id: 2, name: 'Ерлан' }, customer: { id: 5, number: 5, name: 'Марат' } },
  created_at: '2026-01-01T00:00:00Z',
  read_at: null,
};
vi.stubGlobal('fetch', (path: string, options?: RequestInit) => {
  if (options?.method !== 'POST')
    return Promise.resolve(Response.json({ notifications: [notification], unread: 1, next_cursor: null }));
  told.push(path);
  return Promise.reject(new TypeError('no network'));
});
const settled = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) {
    flushSync();
    await new Promise((done) => setTimeout(done, 5));
  }
};

it('tells a reading that did not arrive again at the next look, not each time the list comes anew', async () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  hub.store.me = 7;
  session.me = { id: 7, role: 'operator', email: 'a@b.kz' } as Me;
  hub.viewing = 10;
  await import('./watch.svelte');
  await settled();
  expect([told, bell.unread]).toEqual([['/api/conversations/10/read'], 1]);
  await bell.load();
  await settled();
  expect(told).toHaveLength(1);
  dispatchEvent(new Event('focus'));
  await settled();
  expect([told.length, bell.unread]).toEqual([2, 1]);
});
