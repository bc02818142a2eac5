import { beforeEach, describe, expect, it, vi } from 'vitest';
import '../features/live';
import { apply, MOST_WAITING, on } from './apply';
import type { DurableFrame } from './frames';
import { Presence } from './presence.svelte';
import { Store } from './store.svelte';
import { brief, conversation, message } from './testing';

let store: Store;
let presence: Presence;
beforeEach(() => {
  store = new Store();
  store.me = 5;
  presence = new Presence();
});
const created = (id: number, seq: number, inbound: number, part = {}): DurableFrame => ({
  type: 'message.created',
  prev: seq - 1,
  seq,
  at: '',
  data: message({ id, seq, ...part }),
  conversation_id: 1,
  conversation: brief({ seq, last_message_id: id, inbound_count: inbound }),
});

describe('message.created', () => {
  it('moves the row, counts it as unread and adds it to an open thread', () => {
    store.putRow(conversation({ id: 1 }));
    store.thread(1).takeNewest([], null);
    apply(created(10, 2, 1), store, presence);
    expect(store.row(1)).toMatchObject({ unread: 1, seq: 2, last_message: { id: 10 } });
    expect(store.thread(1).messages.map((it) => it.id)).toEqual([10]);
  });

  it('counts by the number the server names, so a repeat adds nothing', () => {
    store.putRow(conversation({ id: 1 }));
    apply(created(10, 2, 1), store, presence);
    apply(created(10, 2, 1), store, presence);
    apply(created(11, 3, 2), store, presence);
    expect(store.row(1)?.unread).toBe(2);
  });

  it('does not let an older frame undo a newer list', () => {
    store.putRow(conversation({ id: 1, seq: 9, unread: 4 }));
    apply(created(10, 2, 1), store, presence);
    expect(store.row(1)).toMatchObject({ seq: 9, unread: 4 });
  });

  it('of several messages of one unit the last stands in the row', () => {
    store.putRow(conversation({ id: 1, seq: 5 }));
    const unit = brief({ seq: 8, last_message_id: 12, inbound_count: 1 });
    for (const [id, seq] of [
      [11, 7],
      [12, 8],
    ] as const) {
      apply(
        {
          type: 'message.created',
          prev: seq - 1,
          seq,
          at: '',
          conversation_id: 1,
          data: message({ id, seq, direction: 'out' }),
          conversation: unit,
        },
        store,
        presence,
      );
    }
    expect(store.row(1)?.last_message?.id).toBe(12);
    // One that comes again, from before, does not come back.
    apply(
      {
        type: 'message.updated',
        prev: 5,
        seq: 6,
        at: '',
        data: message({ id: 9, seq: 6 }),
        conversation_id: 1,
        conversation: brief({ seq: 6, last_message_id: 9 }),
      },
      store,
      presence,
    );
    expect(store.row(1)?.last_message?.id).toBe(12);
  });

  it('a conversation that has just begun costs no question, its messages neither', () => {
    store.onUnknown = vi.fn();
    const { unread: _, ...begun } = conversation({ id: 1, seq: 1, inbound_count: 1 });
    apply({ type: 'conversation.created', prev: 0, seq: 1, at: '', data: begun }, store, presence);
    apply(created(10, 2, 1), store, presence);
    expect(store.row(1)).toMatchObject({ unread: 1, last_message: { id: 10 } });
    expect(store.onUnknown).not.toHaveBeenCalled();
  });

  it('asks for a conversation it has never heard of', () => {
    store.onUnknown = vi.fn();
    apply(created(10, 2, 1), store, presence);
    expect(store.onUnknown).toHaveBeenCalledWith(1);
  });

  it('ends the customer’s typing mark', () => {
    presence.setCustomerTyping(1, true);
    apply(created(10, 2, 1), store, presence);
    expect(presence.customerTyping(1)).toBe(false);
  });
});

it('message.updated keeps the greater seq', () => {
  store.putRow(conversation({ id: 1 }));
  const thread = store.thread(1);
  thread.takeNewest([message({ id: 3, seq: 8, status: 'read', direction: 'out' })], null);
  apply(
    {
      type: 'message.updated',
      prev: 0,
      seq: 9,
      at: '',
      data: message({ id: 3, seq: 7, status: 'sent', direction: 'out' }),
      conversation_id: 1,
      conversation: brief({ seq: 7 }),
    },
    store,
    presence,
  );
  expect(thread.messages[0]?.status).toBe('read');
});

it('conversation.updated keeps what this operator has read', () => {
  store.putRow(conversation({ id: 1, unread: 3 }));
  const { unread: _unread, ...data } = conversation({ id: 1, seq: 5, status: 'closed' });
  apply({ type: 'conversation.updated', prev: 4, seq: 5, at: '', data }, store, presence);
  expect(store.row(1)).toMatchObject({ status: 'closed', unread: 3 });
});

it('conversation.left takes the row and its thread away', () => {
  store.putRow(conversation({ id: 1, unread: 1 }));
  store.thread(1);
  apply({ type: 'conversation.left', prev: 0, seq: 2, at: '', conversation_id: 1, data: { id: 1 } }, store, presence);
  expect(store.row(1)).toBeUndefined();
  expect(store.heldThread(1)).toBeUndefined();
});

it('customer.updated renames the rows', () => {
  store.putRow(conversation({ id: 1 }));
  apply(
    {
      type: 'customer.updated',
      prev: 0,
      seq: 2,
      at: '',
      data: {
        ...conversation({ id: 1 }).customer,
        name: 'Марат',
        phone_e164: null,
        email: null,
        source: null,
        notes: '',
        channels: [],
        created_at: '',
        updated_at: '',
        seq: 2,
      },
    },
    store,
    presence,
  );
  expect(store.row(1)?.customer.name).toBe('Марат');
});

it('unread.updated is this operator’s own figure', () => {
  store.putRow(conversation({ id: 1, unread: 5 }));
  apply(
    { type: 'unread.updated', prev: 0, seq: 2, at: '', data: { conversation_id: 1, unread: 0, read_up_to: 9 } },
    store,
    presence,
  );
  expect(store.row(1)?.unread).toBe(0);
});

describe('counts', () => {
  const told = { mine: { unread: 3, waiting: 2 }, unassigned: { unread: 7, waiting: 7 }, all: { unread: 51, waiting: 9 } };

  it('are the server’s: nothing that happens to rows adds to them', () => {
    apply({ type: 'counts.updated', counts: told }, store, presence);
    store.putRow(conversation({ id: 1, unread: 5, assignee: { id: 5, name: 'Дана' } }));
    apply(created(10, 2, 1), store, presence);
    store.removeRow(1);
    expect(store.counts.of('mine')).toEqual({ unread: 3, waiting: 2 });
    expect(store.counts.of('all')).toEqual({ unread: 51, waiting: 9 });
  });

  it('of a list’s answer serve until the feed has told its own', () => {
    store.counts.offer({ mine: 1, unassigned: 0, all: 4 }, { mine: 1 });
    expect([store.counts.of('mine'), store.counts.of('all').unread]).toEqual([{ unread: 1, waiting: 1 }, 4]);
    apply({ type: 'counts.updated', counts: told }, store, presence);
    store.counts.offer({ mine: 0, unassigned: 0, all: 0 });
    expect(store.counts.of('all').unread).toBe(51);
    store.reset();
    expect(store.counts.of('all').unread).toBe(0);
  });
});

it('shows others who type and look, never oneself', () => {
  apply({ type: 'conversation.typing', conversation_id: 1, who: 'operator', user_id: 5, name: 'me', on: true }, store, presence);
  apply(
    { type: 'conversation.typing', conversation_id: 1, who: 'operator', user_id: 6, name: 'Дана', on: true },
    store,
    presence,
  );
  apply({ type: 'conversation.viewing', conversation_id: 1, user_id: 6, name: 'Дана', on: true }, store, presence);
  expect(presence.typing(1)).toEqual([{ id: 6, name: 'Дана' }]);
  apply({ type: 'conversation.viewing', conversation_id: 1, user_id: 6, name: 'Дана', on: false }, store, presence);
  expect(presence.viewing(1)).toEqual([]);
});

describe('notification.created', () => {
  const alert = (seq: number): DurableFrame => ({
    type: 'notification.created',
    prev: seq - 1,
    seq,
    at: '2026-01-01T00:00:00Z',
    data: { code: 'message_quarantined', detail: 'set aside', channel_id: 3 },
  });
  const codes = (it: Store): string[] => it.warnings.list.map((warning) => warning.code);
  beforeEach(() => localStorage.clear());

  it('stays, once, until it is put away: over a reload too', () => {
    store.warnings.open(5);
    apply(alert(2), store, presence);
    apply(alert(2), store, presence);
    const reloaded = new Store();
    reloaded.warnings.open(5);
    expect(codes(reloaded)).toEqual(['message_quarantined']);
    reloaded.warnings.dismiss(reloaded.warnings.list[0]?.id ?? '');
    const again = new Store();
    again.warnings.open(5);
    expect(codes(again)).toEqual([]);
  });

  it('is nothing for the next one who signs in here', () => {
    store.warnings.open(5);
    apply(alert(2), store, presence);
    store.reset();
    expect(codes(store)).toEqual([]);
    store.warnings.open(6);
    expect(codes(store)).toEqual([]);
  });
});

describe('the table', () => {
  // A type of a feature that is loaded late: to the table it is a word like any other.
  const LATE = 'deal.updated' as 'lead.updated';
  const deal = (seq: number): DurableFrame => ({
    type: LATE,
    prev: seq - 1,
    seq,
    at: '',
    conversation_id: 1,
    data: { id: seq } as never,
  });

  it('leaves frames of a newer server alone', () => {
    expect(() => apply({ type: 'something.new' } as never, store, presence)).not.toThrow();
  });

  it('keeps frames for a feature that is loaded late, in order, once', () => {
    [1, 2, 3].forEach((seq) => apply(deal(seq), store, presence));
    const seen: number[] = [];
    let end = on(LATE, (frame, to) => void (to.store === store && seen.push(frame.seq)));
    apply(deal(4), store, presence);
    expect(seen).toEqual([1, 2, 3, 4]);
    end();
    end = on(LATE, (frame) => void seen.push(-frame.seq));
    end();
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('keeps only so many, the newest', () => {
    for (let seq = 1; seq <= MOST_WAITING + 5; seq++) apply(deal(seq), store, presence);
    const seen: number[] = [];
    on(LATE, (frame) => void seen.push(frame.seq))();
    expect([seen.length, seen[0]]).toEqual([MOST_WAITING, 6]);
  });

  it('keeps nothing for the next person, nor from before a hole', () => {
    apply(deal(1), store, presence);
    store.reset();
    apply(deal(2), store, presence);
    store.markStale();
    const seen = vi.fn();
    on(LATE, seen)();
    expect(seen).not.toHaveBeenCalled();
  });

  it('a feature that stumbles keeps no other one from its frames', () => {
    const said = vi.fn();
    vi.stubGlobal('reportError', said);
    const seen = vi.fn();
    const ends = [
      on(LATE, () => {
        throw new Error('broken');
      }),
      on(LATE, seen),
    ];
    apply(deal(1), store, presence);
    ends.forEach((end) => end());
    vi.unstubAllGlobals();
    expect([said.mock.calls.length, seen.mock.calls.length]).toEqual([1, 1]);
  });

  it('a further kind of thing is a few lines', () => {
    const deals = store.kind<{ id: number; seq: number }>({ cap: 100 });
    const end = on(LATE, (frame) => void deals.put(frame.data));
    apply(deal(7), store, presence);
    end();
    expect(deals.get(7)).toBeDefined();
    store.reset();
    expect(deals.size).toBe(0);
  });
});
