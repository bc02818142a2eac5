import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SendFrame } from './frames';
import { Outbox, type Then } from './outbox.svelte';

let sent: SendFrame[];
let linked: boolean;
const restart = vi.fn();
/** What was asked of conversations, and by which tab. */
let wentOn: [Outbox, number, Then][];
/** Tabs that hear each other, by the order in which they were opened; null = each is on its own. */
let together: Outbox[] | null;
let leader: Outbox | null;
let tab = 0;
function outboxOf(user = 1): Outbox {
  const sends = (): boolean => linked && (!together || leader === outbox);
  const outbox: Outbox = new Outbox(
    {
      send: (frame) => (sends() && sent.push(frame), sends()),
      restart,
      then: (conversation, then) => wentOn.push([outbox, conversation, then]),
      shared: () => together !== null,
      leads: () => leader === outbox,
      tell: (news) => together?.forEach((it) => it !== outbox && it.told(structuredClone(news))),
    },
    `tab${tab++}`,
  );
  outbox.open(user);
  if (!together) outbox.lead();
  together?.push(outbox);
  return outbox;
}
const entry = (text: string, conversation_id = 1) => ({ conversation_id, text, note: false, files: [], seen_seq: 3 });

beforeEach(() => {
  localStorage.clear();
  sent = [];
  wentOn = [];
  linked = true;
  together = null;
  leader = null;
  vi.useFakeTimers();
});

it('sends at once and forgets what is confirmed', () => {
  const outbox = outboxOf();
  const id = outbox.add(entry('hello'));
  expect(sent).toMatchObject([{ text: 'hello', client_id: id, seen_seq: 3 }]);
  outbox.acked(id);
  expect(outbox.entries).toHaveLength(0);
  expect(localStorage).toHaveLength(0);
});

it('keeps the order of one conversation: the second waits for the first', () => {
  const outbox = outboxOf();
  const first = outbox.add(entry('one'));
  outbox.add(entry('two'));
  outbox.add(entry('elsewhere', 2));
  expect(sent.map((it) => it.text)).toEqual(['one', 'elsewhere']);
  outbox.acked(first);
  expect(sent.map((it) => it.text)).toEqual(['one', 'elsewhere', 'two']);
});

it('goes again after a break, in order and under the same client_id', () => {
  const outbox = outboxOf();
  outbox.add(entry('one'));
  outbox.add(entry('two'));
  const before = sent[0]?.client_id;
  linked = false;
  outbox.unlinked();
  linked = true;
  outbox.pump();
  expect(sent.map((it) => it.client_id)).toEqual([before, before]);
  outbox.acked(before as string);
  expect(sent.at(-1)?.text).toBe('two');
});

it('survives a reload, and only for the same user', () => {
  together = [];
  linked = false;
  leader = outboxOf();
  const id = leader.add(entry('kept'));
  leader.close();
  together = [];
  expect(outboxOf(2).entries).toHaveLength(0);
  linked = true;
  leader = outboxOf();
  leader.lead();
  leader.pump();
  expect(sent).toMatchObject([{ client_id: id, text: 'kept' }]);
});

it('what another tab has thrown away is over here too', async () => {
  linked = false;
  const one = outboxOf();
  const id = one.add(entry('both have it'));
  const other = outboxOf();
  await vi.advanceTimersByTimeAsync(70_000);
  expect(other.has(id)).toBe(true);
  one.discard(id);
  dispatchEvent(new StorageEvent('storage', { key: `sb.outbox.1.${id}`, oldValue: '{}', newValue: null }));
  expect(other.has(id)).toBe(false);
});

it('cuts the link of the next person for nothing of the one who is gone', async () => {
  const one = outboxOf();
  restart.mockReset();
  one.add(entry('unanswered'));
  one.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(restart).not.toHaveBeenCalled();
});

it('the same tab has its own again after another sign-in', () => {
  const one = outboxOf();
  linked = false;
  const id = one.add(entry('mine'));
  one.close();
  one.open(1);
  expect(one.entries.map((it) => it.client_id)).toEqual([id]);
});

it('where the tabs know nothing of each other, a minute tells what is left behind', async () => {
  linked = false;
  const one = outboxOf();
  const id = one.add(entry('left behind'));
  one.close();
  const other = outboxOf();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(other.entries).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(70_000);
  expect(other.entries.map((it) => it.client_id)).toEqual([id]);
});

describe('with several tabs', () => {
  let one: Outbox, other: Outbox;
  beforeEach(() => {
    together = [];
    leader = one = outboxOf();
    one.lead();
    other = outboxOf();
  });

  it('the one with the socket sends what another has written, in the order of writing', () => {
    linked = false;
    const first = other.add(entry('from the other'));
    vi.advanceTimersByTime(5);
    one.add(entry('from the one'));
    linked = true;
    one.pump();
    expect(sent.map((it) => it.text)).toEqual(['from the other']);
    expect(other.entries.map((it) => it.state)).toEqual(['sending', 'waiting']);
    // The answer comes to every tab by the feed.
    for (const it of [one, other]) it.acked(first);
    expect(sent.map((it) => it.text)).toEqual(['from the other', 'from the one']);
    expect(other.entries.map((it) => it.text)).toEqual(['from the one']);
  });

  it('shows a refusal and a conflict in all, and any of them decides', () => {
    const id = other.add(entry('mine'));
    one.refused(id, { code: 'changed_since' });
    expect(other.entries[0]).toMatchObject({ state: 'conflict' });
    other.sendAnyway(id, 9);
    expect(sent.at(-1)).toMatchObject({ client_id: id, seen_seq: 9 });
    one.refused(id, { code: 'customer_blocked' });
    expect(other.entries[0]).toMatchObject({ state: 'failed', problem: { code: 'customer_blocked' } });
    other.discard(id);
    expect(one.entries).toHaveLength(0);
    expect(localStorage).toHaveLength(0);
  });

  it('goes on when the tab with the socket is gone, also with what that one had under way', () => {
    const id = one.add(entry('under way'));
    expect(other.entries[0]?.state).toBe('sending');
    one.close();
    leader = other;
    other.lead();
    other.pump();
    expect(sent.map((it) => it.client_id)).toEqual([id, id]);
  });

  it('does not forget what it was not told: it stands in the browser', () => {
    const told = other.add(entry('one'));
    together = [other];
    one.acked(told);
    const missed = one.add(entry('two'));
    other.adopt();
    expect(other.entries.map((it) => it.client_id)).toEqual([missed]);
  });

  it('asks once for what follows a message, in the tab that sends it, whichever hears of it first', () => {
    const then: Then = { status: 'closed' };
    const id = other.add({ ...entry('bye'), then });
    for (const it of [other, one, other, one]) {
      const held = localStorage.length;
      it.acked(id);
      // A tab hears of what another one removes.
      if (localStorage.length < held) for (const tab of [one, other]) if (tab !== it) tab.told({ gone: id });
    }
    expect(wentOn).toEqual([[one, 1, then]]);
    expect(localStorage).toHaveLength(0);
  });

  it('the next one goes on from there when the tab that sent it is gone before it heard', () => {
    const id = other.add({ ...entry('bye'), then: { status: 'closed' } });
    other.acked(id);
    one.close();
    leader = other;
    other.lead();
    expect(wentOn).toEqual([[other, 1, { status: 'closed' }]]);
    expect([sent.length, localStorage.length]).toEqual([1, 0]);
  });

  it('misses in the browser only what stood there', () => {
    linked = false;
    // Two tabs hear of it: while it stands there, and when the writer's storage is full and only its own page remembers.
    const third = outboxOf();
    const id = other.add(entry('no room'));
    localStorage.clear();
    const late = outboxOf();
    late.told({ entry: structuredClone(other.entries[0]!) });
    vi.advanceTimersByTime(11_000);
    expect(late.has(id)).toBe(true);
    expect(third.has(id)).toBe(false);
  });

  it('brings nothing back by late news', () => {
    const id = other.add(entry('sent'));
    const late = structuredClone(other.entries[0]!);
    one.acked(id);
    one.told({ entry: { ...late, v: 99 } });
    expect(one.entries).toHaveLength(0);
  });

  it('sends what a tab with a full storage has written, and keeps it for it', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementationOnce(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    const id = other.add(entry('no room'));
    expect(sent.map((it) => it.client_id)).toEqual([id]);
  });
});

it('where the tabs know nothing of each other, the one that wrote it goes on', () => {
  const [one, other] = [outboxOf(), outboxOf()];
  const id = one.add({ ...entry('bye'), then: { status: 'closed' } });
  for (const it of [other, one, other]) it.acked(id);
  expect(wentOn).toEqual([[one, 1, { status: 'closed' }]]);
  expect(localStorage).toHaveLength(0);
});

it('closes nothing when a refused "send and close" is thrown away', () => {
  const outbox = (leader = outboxOf());
  const id = outbox.add({ ...entry('bye'), then: { status: 'closed' } });
  outbox.add(entry('next'));
  outbox.refused(id, { code: 'changed_since' });
  outbox.discard(id);
  expect(wentOn).toEqual([]);
  expect(outbox.has(id)).toBe(false);
  expect(sent.at(-1)?.text).toBe('next');
});

describe('refusals', () => {
  it('shows a lasting one and lets the next message pass', () => {
    const outbox = outboxOf();
    const id = outbox.add(entry('bad'));
    outbox.add(entry('good'));
    outbox.refused(id, { code: 'customer_blocked', detail: 'blocked' });
    expect(outbox.entries[0]).toMatchObject({ state: 'failed', problem: { code: 'customer_blocked' } });
    expect(sent.at(-1)?.text).toBe('good');
    outbox.retry(id);
    expect(outbox.entries[0]?.state).toBe('waiting');
  });

  it('tries again by itself when the server was only busy', () => {
    const outbox = outboxOf();
    const id = outbox.add(entry('later'));
    outbox.refused(id, { code: 'overloaded' });
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(3000);
    expect(sent).toHaveLength(2);
  });

  it('holds the conversation until the operator decides, then sends on top of what was seen', () => {
    const outbox = outboxOf();
    const id = outbox.add(entry('mine'));
    outbox.add(entry('also mine'));
    outbox.refused(id, { code: 'changed_since' });
    expect(outbox.entries[0]?.state).toBe('conflict');
    expect(sent).toHaveLength(1);
    outbox.sendAnyway(id, 9);
    expect(sent[1]).toMatchObject({ client_id: id, seen_seq: 9 });
    outbox.acked(id);
    expect(sent[2]).toMatchObject({ text: 'also mine', seen_seq: 9 });
  });
});

it('puts aside what can never be taken, and what waits behind it goes on, also after a reload', () => {
  const outbox = outboxOf();
  const long = outbox.add(entry('ш'.repeat(40_000)));
  outbox.add(entry('next'));
  expect(sent.map((it) => it.text)).toEqual(['next']);
  expect(outbox.entries[0]).toMatchObject({ client_id: long, state: 'failed', problem: { code: 'text_too_long' } });
  // An older console has left one behind.
  localStorage.setItem(
    'sb.outbox.1.old',
    JSON.stringify({ ...entry('"'.repeat(33_000)), client_id: 'old', state: 'sending', created_at: '2020' }),
  );
  sent = [];
  outbox.open(1);
  expect(sent.map((it) => it.text)).toEqual(['next']);
  expect(outbox.entries.find((it) => it.client_id === 'old')).toMatchObject({ state: 'failed' });
});

it('sends no half of a character and no NUL', () => {
  outboxOf().add(entry('дом \ud83d\0 и сад'));
  expect(sent[0]?.text).toBe('дом  и сад');
});

it('what is never answered stops nobody for ever', () => {
  const outbox = outboxOf();
  const id = outbox.add(entry('odd'));
  outbox.add(entry('next'));
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(13_000);
    outbox.unlinked();
    outbox.pump();
  }
  expect(outbox.entries[0]).toMatchObject({ client_id: id, state: 'failed', problem: { code: 'no_answer' } });
  expect(sent.at(-1)?.text).toBe('next');
  outbox.retry(id);
  expect(outbox.entries[0]).toMatchObject({ state: 'waiting', problem: undefined });
});

it('works where the browser blocks its storage', () => {
  const forbidden = vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
    throw new DOMException('', 'SecurityError');
  });
  const outbox = outboxOf();
  const id = outbox.add(entry('hello'));
  expect(sent).toMatchObject([{ text: 'hello' }]);
  outbox.acked(id);
  expect(outbox.entries).toHaveLength(0);
  forbidden.mockRestore();
});

it('renews the link when an answer does not come', () => {
  outboxOf().add(entry('?'));
  vi.advanceTimersByTime(13_000);
  expect(restart).toHaveBeenCalled();
});

it('sends on plain http too, where the browser has no randomUUID', () => {
  const { getRandomValues } = crypto;
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) });
  const outbox = outboxOf();
  const ids = [outbox.add(entry('one')), outbox.add(entry('two'))];
  vi.unstubAllGlobals();
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(ids[1]).not.toBe(ids[0]);
  expect(sent[0]?.client_id).toBe(ids[0]);
});

it('carries an approval, and drops it once the server no longer knows it or somebody else has answered', () => {
  const outbox = outboxOf();
  const id = outbox.add({ ...entry('из подсказки'), run_id: 7 });
  expect(sent.at(-1)).toMatchObject({ run_id: 7 });
  outbox.refused(id, { code: 'conflict', detail: 'There is no such suggestion in this conversation.' });
  outbox.retry(id);
  expect(sent.at(-1)).not.toHaveProperty('run_id');
  outbox.acked(id);
  const other = outbox.add({ ...entry('из подсказки'), run_id: 8 });
  outbox.refused(other, { code: 'provider_refused' });
  outbox.retry(other);
  expect(sent.at(-1)).toMatchObject({ run_id: 8 });
  outbox.refused(other, { code: 'changed_since' });
  outbox.sendAnyway(other, 9);
  expect(sent.at(-1)).not.toHaveProperty('run_id');
});
