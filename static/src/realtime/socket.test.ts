import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backoff } from '../lib/backoff';
import { Socket, type SocketHandlers } from './socket';

class FakeWebSocket {
  static OPEN = 1;
  static made: FakeWebSocket[] = [];
  readyState = 1;
  sent: Record<string, unknown>[] = [];
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};
  constructor() {
    FakeWebSocket.made.push(this);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.readyState = 3;
  }
  hear(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}
const last = (): FakeWebSocket => FakeWebSocket.made.at(-1) as FakeWebSocket;
const settle = async (ms = 0): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
let handlers: { [K in keyof SocketHandlers]: ReturnType<typeof vi.fn> };
let socket: Socket;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
  FakeWebSocket.made = [];
  handlers = {
    token: vi.fn(async () => 'T'),
    renew: vi.fn(async () => true),
    onLink: vi.fn(),
    onReady: vi.fn(),
    onFrame: vi.fn(),
    onSignedOut: vi.fn(),
  };
  socket = new Socket('ws://x/ws', handlers as unknown as SocketHandlers);
  socket.start();
  await settle();
  last().onopen();
});
afterEach(() => socket.stop());

it('says who it is first, with no history the first time', () => {
  expect(last().sent[0]).toEqual({ type: 'auth', token: 'T' });
  last().hear({ type: 'ready', epoch: 'e', seq: 10 });
  expect(handlers.onReady).toHaveBeenCalledWith(true);
});

it('resumes from the last frame it has seen', async () => {
  last().hear({ type: 'ready', epoch: 'e', seq: 10 });
  last().hear({ type: 'message.created', prev: 10, seq: 12 });
  last().onclose({ code: 1006 });
  await settle(1000);
  last().onopen();
  expect(last().sent[0]).toEqual({ type: 'auth', token: 'T', epoch: 'e', after: 12 });
  last().hear({ type: 'ready', epoch: 'e', seq: 14 });
  expect(handlers.onReady).toHaveBeenLastCalledWith(false);
  last().hear({ type: 'message.created', prev: 12, seq: 14 });
  expect(handlers.onFrame).toHaveBeenCalledTimes(2);
});

it('takes a repeated frame once', () => {
  last().hear({ type: 'ready', epoch: 'e', seq: 10 });
  last().hear({ type: 'x', prev: 10, seq: 11 });
  last().hear({ type: 'x', prev: 10, seq: 11 });
  expect(handlers.onFrame).toHaveBeenCalledTimes(1);
});

it('asks again when a frame is missing, and does not show what came after the hole', async () => {
  last().hear({ type: 'ready', epoch: 'e', seq: 10 });
  last().hear({ type: 'x', prev: 12, seq: 13 });
  expect(handlers.onFrame).not.toHaveBeenCalled();
  await settle(1000);
  last().onopen();
  expect(last().sent[0]).toMatchObject({ epoch: 'e', after: 10 });
});

it('reloads everything after resync', async () => {
  last().hear({ type: 'ready', epoch: 'e', seq: 10 });
  last().onclose({ code: 1012 });
  await settle(1000);
  last().onopen();
  last().hear({ type: 'resync', epoch: 'f', seq: 3 });
  expect(handlers.onReady).toHaveBeenLastCalledWith(true);
  last().hear({ type: 'x', prev: 3, seq: 4 });
  expect(handlers.onFrame).toHaveBeenCalledTimes(1);
});

it('refreshes once when the token is no longer taken, then gives up', async () => {
  last().onclose({ code: 4401 });
  await settle(10);
  expect(handlers.renew).toHaveBeenCalledTimes(1);
  last().onclose({ code: 4401 });
  await settle(10);
  expect(handlers.renew).toHaveBeenCalledTimes(1);
  expect(handlers.onSignedOut).toHaveBeenCalledTimes(1);
});

it('a wake during the renewal is no second refusal', async () => {
  let renewed = (_: boolean): void => {};
  handlers.renew.mockImplementation(() => new Promise((done) => (renewed = done)));
  // A token that is asked for before the renewal and comes after it is an old one.
  let slow = (_: string): void => {};
  handlers.token.mockImplementationOnce(() => new Promise((done) => (slow = done)));
  last().onclose({ code: 1006 });
  socket.wake();
  socket.wake();
  await settle();
  last().onclose({ code: 4401 });
  await settle();
  const made = FakeWebSocket.made.length;
  socket.wake();
  slow('old');
  await settle(1000);
  expect(FakeWebSocket.made).toHaveLength(made);
  renewed(true);
  await settle(10);
  expect(FakeWebSocket.made).toHaveLength(made + 1);
  last().onopen();
  last().hear({ type: 'ready', epoch: 'e', seq: 1 });
  expect(handlers.onSignedOut).not.toHaveBeenCalled();
});

it('says nothing of a renewal that ends after it was stopped', async () => {
  let renewed = (_: boolean): void => {};
  handlers.renew.mockImplementation(() => new Promise((done) => (renewed = done)));
  last().onclose({ code: 4401 });
  socket.stop();
  renewed(false);
  await settle(10);
  expect(handlers.onSignedOut).not.toHaveBeenCalled();
});

it('keeps the link alive and renews a silent one', async () => {
  last().hear({ type: 'ready', epoch: 'e', seq: 1 });
  await settle(20_000);
  expect(last().sent.at(-1)).toEqual({ type: 'ping' });
  const before = FakeWebSocket.made.length;
  await settle(45_000);
  expect(FakeWebSocket.made.length).toBeGreaterThan(before);
});

it('waits longer each time, never the same for all', () => {
  expect(backoff(0, 0)).toBe(250);
  expect(backoff(0, 1)).toBe(500);
  expect(backoff(20, 1)).toBe(20_000);
});
