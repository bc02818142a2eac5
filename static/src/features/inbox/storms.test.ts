import { render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import * as client from '../../api/client';
import { Problem } from '../../api/problem';
import { useLocale } from '../../i18n/i18n.svelte';
import { apply } from '../../realtime/apply';
import { hub } from '../../realtime/hub.svelte';
import { brief, conversation, message } from '../../realtime/testing';
import ContextPane from './ContextPane.svelte';
import EmptyInbox from './EmptyInbox.svelte';
import { ConversationList } from './lists.svelte';
import ThreadPane from './ThreadPane.svelte';

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  hub.store.reset();
  // Nothing has a height here, and nothing scrolls.
  Element.prototype.scrollTo = () => {};
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => void vi.restoreAllMocks());
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));
const asking = (answer: (path: string) => unknown) =>
  vi.spyOn(client, 'get').mockImplementation(async (path) => answer(path) as never);

async function says(id: number, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const data = message({ id: id * 1000 + n, seq: n + 1, conversation_id: id });
    const row = brief({ id, seq: n + 1, last_message_id: data.id, inbound_count: n });
    const frame = { prev: n, seq: n + 1, at: '', conversation_id: id, data, conversation: row };
    apply({ type: 'message.created', ...frame }, hub.store, hub.presence);
    flushSync();
    await Promise.resolve();
  }
}

it('300 new conversations cost no question about the first steps each', async () => {
  const asked = asking(() => ({ webchat_key: null, channels: true, invited: false, first_message: false, first_answer: false }));
  const list = new ConversationList('all', 'open');
  list.cursor = null;
  render(EmptyInbox, { list });
  for (let id = 1; id <= 300; id++) {
    const { unread: _, ...data } = conversation({ id });
    apply({ type: 'conversation.created', prev: id, seq: id, at: '', data }, hub.store, hub.presence);
    flushSync();
  }
  await settled();
  // Once at the start, once when the first conversation is there.
  expect(asked.mock.calls.filter(([path]) => path === '/api/setup').length).toBeLessThanOrEqual(2);
});

it('an open conversation is fetched once, however much is said in it', async () => {
  const asked = asking((path) =>
    path.includes('/messages') ? { messages: [], next_cursor: null } : conversation({ id: 7, inbound_count: 0 }),
  );
  render(ThreadPane, { id: 7, onback: () => {}, contextShown: false, ontogglecontext: () => {} });
  await settled();
  const before = asked.mock.calls.length;
  await says(7, 50);
  await settled();
  expect(hub.store.heldThread(7)?.messages).toHaveLength(50);
  expect(asked.mock.calls.length).toBe(before);
});

it('a conversation that is gone is asked for once by its page, whatever else happens', async () => {
  const asked = asking(() => {
    throw new Problem(404, 'not_found', '');
  });
  render(ThreadPane, { id: 8, onback: () => {}, contextShown: false, ontogglecontext: () => {} });
  await settled();
  hub.store.putRow(conversation({ id: 1 }));
  await says(1, 20);
  await settled();
  expect(asked.mock.calls.filter(([path]) => path === '/api/conversations/8')).toHaveLength(1);
});

it('a customer who cannot be fetched is not asked for with every message', async () => {
  const asked = asking(() => {
    throw Problem.offline();
  });
  hub.store.putRow(conversation({ id: 3, inbound_count: 0 }));
  const { rerender } = render(ContextPane, { row: hub.store.row(3)!, onclose: () => {} });
  await settled();
  for (let n = 0; n < 10; n++) {
    await says(3, n + 1);
    await rerender({ row: hub.store.row(3)!, onclose: () => {} });
    hub.store.putCustomer({ ...hub.store.row(3)!.customer, id: 900 + n, seq: 1 } as never);
    await settled();
  }
  expect(asked.mock.calls.filter(([path]) => path.startsWith('/api/customers/'))).toHaveLength(1);
});
