import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChatConversation } from './conversation.svelte';

type Frame = { type: string; client_id?: string; text?: string };
let sockets: Wire[];

/** A server that says nothing by itself. */
class Wire {
  static OPEN = 1;
  readyState = 1;
  frames: Frame[] = [];
  onopen = (): void => {};
  onmessage = (_: { data: string }): void => {};
  onclose = (_: { code: number }): void => {};
  constructor() {
    sockets.push(this);
  }
  send = (frame: string): void => void this.frames.push(JSON.parse(frame) as Frame);
  close = (code = 1000): void => this.onclose({ code });
  says = (frame: object): void => this.onmessage({ data: JSON.stringify(frame) });
  welcome(): void {
    this.onopen();
    this.says({
      type: 'welcome',
      visitor: 'v',
      conversation_id: null,
      company: { name: 'C' },
      channel: { name: 'c' },
      operators_online: true,
      messages: [],
    });
  }
  texts = (): (string | undefined)[] => this.frames.filter((it) => it.type === 'send').map((it) => it.text);
}
const last = (): Wire => sockets.at(-1) as Wire;

beforeEach(() => {
  localStorage.clear();
  sockets = [];
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Wire);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('what can never be sent is put aside, also after a reload, and the next goes', () => {
  const chat = new ChatConversation('key');
  const stop = chat.start('ru');
  last().welcome();
  chat.send('ш'.repeat(40_000));
  chat.send('\u0001'.repeat(12_000));
  chat.send('дальше');
  expect(last().texts()).toEqual(['дальше']);
  expect(chat.waiting.map((it) => it.failed)).toEqual(['text_too_long', 'text_too_long', undefined]);
  stop();
  const again = new ChatConversation('key');
  const end = again.start('ru');
  last().welcome();
  expect(last().texts()).toEqual(['дальше']);
  end();
});

it('what is never answered stops nobody for ever', () => {
  const chat = new ChatConversation('key');
  const stop = chat.start('ru');
  last().welcome();
  chat.send('odd');
  chat.send('next');
  for (let i = 0; i < 3; i++) {
    expect(last().texts()).toEqual(['odd']);
    vi.advanceTimersByTime(13_000);
    vi.advanceTimersByTime(60_000);
    last().welcome();
  }
  expect(chat.waiting[0]).toMatchObject({ text: 'odd', failed: 'no_answer' });
  expect(last().texts()).toEqual(['next']);
  stop();
});

it('no half of a character leaves the page', () => {
  const chat = new ChatConversation('key');
  const stop = chat.start('ru');
  last().welcome();
  chat.send('дом \ud83d');
  expect(last().texts()).toEqual(['дом ']);
  stop();
});
