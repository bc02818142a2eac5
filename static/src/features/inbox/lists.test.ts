import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Conversation } from '../../api/types';
import { get } from '../../api/client';
import { apply } from '../../realtime/apply';
import { hub } from '../../realtime/hub.svelte';
import { brief, conversation, message } from '../../realtime/testing';
import { ConversationList } from './lists.svelte';
import type { StatusFilter } from './status-filter';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000000Z`;
const row = (id: number, minute: number, part: Partial<Conversation> = {}): Conversation =>
  conversation({
    id,
    updated_at: at(minute),
    last_message: message({ id: id * 10, conversation_id: id, created_at: at(minute) }),
    ...part,
  });
const answer = (conversations: Conversation[], next_cursor: string | null = null): void =>
  void vi.mocked(get).mockResolvedValueOnce({ conversations, next_cursor });
const shown = (list: ConversationList): number[] => list.rows().map((it) => it.id);

beforeEach(() => hub.store.reset());
afterEach(() => vi.mocked(get).mockReset());

async function listed(
  rows: Conversation[],
  status: StatusFilter = 'open',
  cursor: string | null = null,
): Promise<ConversationList> {
  const list = new ConversationList('all', status);
  answer(rows, cursor);
  await list.reload();
  return list;
}

it('shows the server’s order', async () => {
  // 3 was woken at minute 40; its last message is an old one.
  const list = await listed([row(3, 40, { last_message: message({ id: 30, created_at: at(1) }) }), row(1, 30), row(2, 20)]);
  expect(shown(list)).toEqual([3, 1, 2]);
});

it('brings a conversation that wakes to the top, also when it was below what is loaded', async () => {
  const list = await listed([row(1, 30), row(2, 20)], 'open', 'more');
  const asleep = row(3, 1, { status: 'snoozed', snoozed_until: at(40) });
  hub.store.putRow(asleep);
  expect(shown(list)).toEqual([1, 2]);
  const { unread: _unread, ...woken } = { ...asleep, status: 'open' as const, snoozed_until: null, seq: 2, updated_at: at(40) };
  apply({ type: 'conversation.updated', prev: 1, seq: 2, at: '', data: woken }, hub.store, hub.presence);
  expect(shown(list)).toEqual([3, 1, 2]);
});

it('moves a row by a message, not by a note', async () => {
  const list = await listed([row(1, 30), row(2, 20)]);
  const frame = (id: number, seq: number, minute: number, direction: 'in' | 'note') =>
    apply(
      {
        type: 'message.created',
        prev: seq - 1,
        seq,
        at: '',
        data: message({ id, seq, conversation_id: 2, direction, created_at: at(50) }),
        conversation_id: 2,
        conversation: brief({ id: 2, seq, last_message_id: id, updated_at: at(minute) }),
      },
      hub.store,
      hub.presence,
    );
  frame(21, 2, 20, 'note');
  expect(shown(list)).toEqual([1, 2]);
  expect(hub.store.row(2)?.last_message?.id).toBe(21);
  frame(22, 3, 50, 'in');
  expect(shown(list)).toEqual([2, 1]);
});

it('asks for what it shows: unasked, the server gives open and pending', async () => {
  const list = await listed([row(1, 30), row(2, 20, { status: 'pending' })]);
  const asked = (): URLSearchParams => new URL(String(vi.mocked(get).mock.lastCall?.[0]), 'http://hub').searchParams;
  expect(asked().has('status')).toBe(false);
  expect(shown(list)).toEqual([1, 2]);
  expect(shown(await listed([row(2, 20, { status: 'pending' })], 'pending'))).toEqual([2]);
  expect(asked().get('status')).toBe('pending');
});

it('after a hole in the feed asks about rows that the server no longer lists, and forgets what is gone', async () => {
  const list = await listed([row(1, 30), row(2, 20), row(3, 10)]);
  const asked: number[] = [];
  hub.store.onDoubt = (id) => void asked.push(id);
  answer([row(1, 30)]);
  const reload = list.reload();
  // This one has changed meanwhile: the answer is older than what is known.
  hub.store.putRow(row(3, 40, { seq: 9 }));
  await reload;
  expect(asked).toEqual([2]);
});

it('holds its order still, tells what waits above, and lets go what one has changed oneself', async () => {
  const list = await listed([row(3, 30), row(2, 20), row(1, 10)]);
  const ids = (): number[] => list.shown().map((it) => it.id);
  list.holdStill();
  hub.store.putRow(row(1, 40, { seq: 2 }));
  hub.store.putRow(row(4, 50));
  expect([ids(), list.news().length]).toEqual([[3, 2, 1], 2]);
  hub.store.changeRow(2, { status: 'closed' });
  expect(ids()).toEqual([3, 2, 1]);
  list.letGo(2);
  expect(ids()).toEqual([3, 1]);
  list.holdStill();
  expect([ids(), list.news().length]).toEqual([[4, 1, 3], 0]);
  list.letMove();
  hub.store.putRow(row(5, 55));
  expect(ids()).toEqual([5, 4, 1, 3]);
});

it('takes no answer that was meant for the person before, nor one that a later one has overtaken', async () => {
  const list = await listed([row(1, 30)]);
  const waiting: ((rows: Conversation[]) => void)[] = [];
  vi.mocked(get).mockImplementation(
    () => new Promise((done) => void waiting.push((conversations) => done({ conversations, next_cursor: null }))),
  );
  const [first, second] = [list.reload(), list.reload()];
  waiting[1]!([row(2, 40), row(1, 30)]);
  await second;
  waiting[0]!([row(3, 50)]);
  await first;
  expect([shown(list), list.loading]).toEqual([[2, 1], false]);
  const third = list.reload();
  const { me } = hub.store;
  hub.store.me = 99;
  waiting[2]!([row(4, 55)]);
  await third;
  expect(hub.store.row(4)).toBeUndefined();
  hub.store.me = me;
});

describe('an answer that was asked for before something was done here', () => {
  /** The server's answer, still without it, comes after that. */
  async function meanwhile(done: () => void): Promise<Conversation | undefined> {
    const old = row(1, 30, { unread: 3 });
    const list = await listed([old]);
    let come = (): void => {};
    vi.mocked(get).mockImplementation(
      () => new Promise((yes) => (come = () => yes({ conversations: [old], next_cursor: null } as never))),
    );
    const loading = list.reload();
    done();
    come();
    await loading;
    return hub.store.row(1);
  }

  it('does not show again what was read', async () => {
    const now = await meanwhile(() => hub.store.setUnread(1, 0, null));
    expect(now?.unread).toBe(0);
  });

  it('does not show over what was done and the server has yet to agree to, nor after it has agreed', async () => {
    let back = (): void => {};
    const now = await meanwhile(() => (back = hub.store.conversations.tentative(1, { status: 'closed' })));
    expect(now?.status).toBe('closed');
    hub.store.putRow(row(1, 30, { status: 'closed', seq: 2 }));
    back();
    hub.store.putRow(row(1, 30));
    expect(hub.store.row(1)?.status).toBe('closed');
  });
});
