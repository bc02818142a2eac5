import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, get } from '../api/client';
import { Problem } from '../api/problem';
import type { Me } from '../api/types';
import { FILES } from '../i18n/parts';
import { drafts } from '../lib/drafts.svelte';
import { toasts } from '../lib/toast.svelte';
import { hub } from './hub.svelte';
import { brief, conversation, message } from './testing';

vi.mock('../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn(), call: vi.fn(), token: () => 'T' }));

let socket: FakeWebSocket;
class FakeWebSocket {
  static OPEN = 1;
  readyState = 1;
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: () => void = () => {};
  constructor() {
    socket = this;
  }
  send(): void {}
  close(): void {}
  hear(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}
const settle = (ms = 400): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

async function signIn(id: number): Promise<void> {
  hub.start({ id, role: 'operator' } as Me, () => {});
  await settle(0);
  socket.onopen();
  socket.hear({ type: 'ready', epoch: 'e', seq: 1 });
}
const news = (seq: number): void =>
  socket.hear({
    type: 'message.created',
    prev: seq - 1,
    seq,
    at: '',
    data: message({ id: 5, conversation_id: 7, seq }),
    conversation: brief({ id: 7, seq }),
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
  vi.mocked(get).mockReset();
});
afterEach(() => {
  hub.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('frames that wait when a person signs out are not for the next one', async () => {
  await signIn(1);
  news(2);
  hub.stop();
  await signIn(2);
  await settle();
  expect(get).not.toHaveBeenCalled();
  news(2);
  await settle();
  expect(get).toHaveBeenCalledWith('/api/conversations/7');
});

it('what was asked for one person is not shown to the next one', async () => {
  let answer = (): void => {};
  vi.mocked(get).mockImplementation(() => new Promise((done) => (answer = () => done(conversation({ id: 7 })))));
  await signIn(1);
  news(2);
  await settle();
  hub.stop();
  answer();
  await settle(0);
  expect(hub.store.row(7)).toBeUndefined();
});

it('where the tabs cannot hear each other, what another one has just written is its own to send', async () => {
  const entry = { client_id: 'c', conversation_id: 7, text: 'hi', note: false, files: [], state: 'waiting', tab: 'other' };
  localStorage.setItem('sb.outbox.1.c', JSON.stringify({ ...entry, created_at: new Date().toISOString() }));
  await signIn(1);
  expect(hub.outbox.entries).toEqual([]);
  localStorage.clear();
});

it('a row that was given away does not come back by the answer to what was done with it', async () => {
  await signIn(1);
  hub.store.putRow(conversation({ id: 7, unread: 2 }));
  let answer = (): void => {};
  vi.mocked(call).mockImplementation(() => new Promise((done) => (answer = () => done(conversation({ id: 7, seq: 5 })))));
  hub.changes.add({ conversation_id: 7, kind: 'status', body: { status: 'closed' } });
  await settle(0);
  hub.store.removeRow(7);
  answer();
  await settle(0);
  expect(hub.store.row(7)).toBeUndefined();
});

describe('what was refused', () => {
  const note = { conversation_id: 7, kind: 'assign' as const, body: { assignee_id: 2, note: 'Ждёт смету' } };

  it('is said plainly where its words cannot be loaded, and its note is not lost', async () => {
    // Only its words do not come.
    await import('../features/inbox/refusals');
    const real = { ...FILES };
    for (const it of ['ru', 'kk', 'en']) FILES[`./${it}/composer.ts`] = () => Promise.reject(new TypeError('offline'));
    vi.mocked(call).mockRejectedValue(new Problem(403, 'forbidden', 'No'));
    drafts.open(1);
    await signIn(1);
    await hub.changes.add(note).outcome;
    await vi.waitFor(() => expect(toasts().map((it) => it.tone)).toContain('bad'));
    expect(drafts.read(7, 'note')).toBe('Ждёт смету');
    Object.assign(FILES, real);
  });
});

it('what is being told ends with its person', async () => {
  let signal: AbortSignal | undefined;
  vi.mocked(call).mockImplementation(async (_, __, options) => ((signal = options?.signal), new Promise(() => {})));
  await signIn(1);
  hub.changes.add({ conversation_id: 7, kind: 'status', body: { status: 'closed' } });
  await settle(0);
  expect(signal?.aborted).toBe(false);
  hub.stop();
  expect(signal?.aborted).toBe(true);
  localStorage.clear();
});
