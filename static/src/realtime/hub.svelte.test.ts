import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { get } from '../api/client';
import type { Me } from '../api/types';
import { hub } from './hub.svelte';
import { brief, conversation, message } from './testing';

vi.mock('../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn(), token: () => 'T' }));

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
