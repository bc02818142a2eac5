import { backoff } from '../lib/backoff';
import { randomId } from '../lib/random-id';
import { bytes, bytesOnWire, CHAT_LIMIT, FRAME_LIMIT, sendable } from '../lib/sendable';
import type { ChatButton, ChatFrame, ChatMessage, ChatProblem, Welcome } from './frames';
import { Memory, type Waiting } from './memory';

const PING_EVERY = 20_000;
const SILENCE_LIMIT = 35_000;
const ACK_LIMIT = 12_000;
/** So many times the same message may go without an answer before it is put aside. */
const PATIENCE = 3;
const TYPING_TTL = 6000;
/** Refusals that pass by themselves. */
const PASSING = new Set(['rate_limited', 'overloaded']);

/** As a text, and, with all that has to be escaped in it, as a frame. */
const fits = (text: string): boolean => bytes(text) <= CHAT_LIMIT && bytesOnWire(text) <= FRAME_LIMIT;

/** The visitor's side of one conversation: history, what waits to be sent, and the link. */
export class ChatConversation {
  messages = $state.raw<ChatMessage[]>([]);
  waiting = $state.raw<Waiting[]>([]);
  phase = $state<'connecting' | 'live' | 'lost' | 'unknown'>('connecting');
  company = $state('');
  operatorsOnline = $state(false);
  agent = $state.raw<Welcome['agent']>(null);
  typing = $state(false);
  /** Known once the hub has greeted a newcomer; until then nobody can bring a recording. */
  visitor = $state.raw<string | null>(null);

  #channelKey: string;
  #language = '';
  #memory: Memory;
  #socket: WebSocket | null = null;
  #welcomed = false;
  #attempt = 0;
  #heard = 0;
  #underWay: string | null = null;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #readUpTo = 0;

  constructor(channelKey: string) {
    this.#channelKey = channelKey;
    this.#memory = new Memory(channelKey);
    const kept = this.#memory.read();
    this.visitor = kept.visitor;
    this.waiting = kept.waiting;
  }

  /** `language` is the one that the page speaks: the visitor's, as far as anybody knows. */
  start(language: string): () => void {
    this.#language = language;
    const wake = (): void => {
      if (this.#socket || document.hidden || this.phase === 'unknown') return;
      this.#attempt = 0;
      this.#connect();
    };
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    const ping = setInterval(() => {
      if (!this.#socket) return;
      if (Date.now() - this.#heard > SILENCE_LIMIT) this.#socket.close();
      else this.#frame({ type: 'ping' });
    }, PING_EVERY);
    this.#connect();
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      clearInterval(ping);
      clearTimeout(this.#retryTimer);
      this.phase = 'unknown';
      this.#socket?.close();
    };
  }

  /** `recording` is what the server called a voice message that it has already. */
  send(text: string, recording?: string): void {
    this.#setWaiting([
      ...this.waiting,
      { client_id: randomId(), text: sendable(text), at: new Date().toISOString(), ...(recording ? { recording } : {}) },
    ]);
    this.#pump();
  }

  /** What the button says is shown at once; the server reads it from its own message. */
  press(messageId: number, button: ChatButton): void {
    const press = { message_id: messageId, button_id: button.id };
    this.#setWaiting([...this.waiting, { client_id: randomId(), text: button.title, at: new Date().toISOString(), press }]);
    this.#pump();
  }

  retry(clientId: string): void {
    this.#setWaiting(this.waiting.map((it) => (it.client_id === clientId ? { ...it, failed: undefined, unanswered: 0 } : it)));
    this.#pump();
  }

  sayTyping(on: boolean): void {
    this.#frame({ type: 'typing', on });
  }

  /** Everything up to this message has been seen on a visible page. */
  read(messageId: number): void {
    if (messageId <= this.#readUpTo || !this.#frame({ type: 'read', message_id: messageId })) return;
    this.#readUpTo = messageId;
  }

  #connect(): void {
    clearTimeout(this.#retryTimer);
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}/ws/chat`);
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onopen = () =>
      socket.send(
        JSON.stringify({
          type: 'hello',
          channel_key: this.#channelKey,
          visitor: this.visitor,
          language: this.#language,
          after: this.messages.at(-1)?.id ?? null,
        }),
      );
    socket.onmessage = (event) => {
      this.#heard = Date.now();
      this.#take(JSON.parse(event.data as string) as ChatFrame);
    };
    socket.onclose = (event) => this.#closed(event.code);
  }

  #closed(code: number): void {
    this.#socket = null;
    this.#underWay = null;
    clearTimeout(this.#ackTimer);
    this.typing = false;
    if (this.phase === 'unknown') return;
    if (!this.#welcomed && (code === 4404 || code === 1008)) return void (this.phase = 'unknown');
    this.phase = 'lost';
    this.#welcomed = false;
    this.#retryTimer = setTimeout(() => this.#connect(), backoff(this.#attempt++));
  }

  #take(frame: ChatFrame): void {
    switch (frame.type) {
      case 'welcome':
        return this.#begin(frame);
      case 'message':
      case 'message.updated':
        this.#merge([frame.message]);
        if (frame.message.direction === 'out') this.typing = false;
        return;
      case 'typing':
        this.typing = frame.on;
        clearTimeout(this.#typingTimer);
        if (frame.on) this.#typingTimer = setTimeout(() => (this.typing = false), TYPING_TTL);
        return;
      case 'ack':
        return this.#acked(frame.client_id, frame.message);
      case 'nack':
        return this.#refused(frame.client_id, frame.problem);
    }
  }

  #begin(frame: Welcome): void {
    if (this.visitor && this.visitor !== frame.visitor) this.messages = [];
    this.visitor = frame.visitor;
    this.company = frame.company.name;
    this.operatorsOnline = frame.operators_online;
    this.agent = frame.agent ?? null;
    this.#attempt = 0;
    this.#welcomed = true;
    this.phase = 'live';
    this.#keep();
    this.#merge(frame.messages);
    this.#pump();
  }

  #acked(clientId: string, message: ChatMessage | null): void {
    if (message) this.#merge([{ ...message, client_id: clientId }]);
    this.#settled(clientId);
    this.#pump();
  }

  #refused(clientId: string | undefined, problem: ChatProblem): void {
    if (!clientId) {
      if (!this.#welcomed && !PASSING.has(problem.code ?? '')) this.phase = 'unknown';
      return;
    }
    clearTimeout(this.#ackTimer);
    this.#underWay = null;
    if (PASSING.has(problem.code ?? '')) return void setTimeout(() => this.#pump(), 2500);
    this.#setWaiting(
      this.waiting.map((it) => (it.client_id === clientId ? { ...it, failed: problem.detail || problem.code || '?' } : it)),
    );
    this.#pump();
  }

  /** Something in it is what no answer comes to: others must not wait for it for ever. */
  #unanswered(message: Waiting): void {
    const unanswered = (message.unanswered ?? 0) + 1;
    this.#setWaiting(
      this.waiting.map((it) =>
        it.client_id === message.client_id ? { ...it, unanswered, failed: unanswered < PATIENCE ? undefined : 'no_answer' } : it,
      ),
    );
    this.#socket?.close();
  }

  #merge(incoming: ChatMessage[]): void {
    const byId = new Map(this.messages.map((it) => [it.id, it]));
    const waitingIds = new Set(this.waiting.map((it) => it.client_id));
    let lastOut = 0;
    for (const message of incoming) {
      const known = byId.get(message.id);
      byId.set(message.id, { ...message, client_id: message.client_id ?? known?.client_id ?? null });
      // A company's message is delivered the moment it is here; the sender's second tick comes from this.
      if (message.direction === 'out' && !known && message.status !== 'read') lastOut = Math.max(lastOut, message.id);
      if (message.client_id && waitingIds.has(message.client_id)) this.#settled(message.client_id);
    }
    this.messages = [...byId.values()].sort((a, b) => a.id - b.id);
    if (lastOut > 0) this.#frame({ type: 'received', message_id: lastOut });
  }

  #settled(clientId: string): void {
    if (this.#underWay === clientId) {
      this.#underWay = null;
      clearTimeout(this.#ackTimer);
    }
    this.#setWaiting(this.waiting.filter((it) => it.client_id !== clientId));
  }

  /** One message at a time: order is kept, and a repeat carries the same client_id, so the server stores it once. */
  #pump(): void {
    if (this.#underWay || !this.#welcomed) return;
    const next = this.waiting.find((it) => !it.failed);
    if (!next) return;
    // The server would close the link on it, again and again.
    if (!fits(next.text)) return this.#refused(next.client_id, { code: 'text_too_long' });
    const what = next.press ? { type: 'press', ...next.press } : { type: 'send', text: next.text, recording: next.recording };
    if (!this.#frame({ client_id: next.client_id, ...what })) return;
    this.#underWay = next.client_id;
    this.#ackTimer = setTimeout(() => this.#unanswered(next), ACK_LIMIT);
  }

  #frame(frame: object): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #setWaiting(waiting: Waiting[]): void {
    this.waiting = waiting;
    this.#keep();
  }

  #keep(): void {
    this.#memory.write({ visitor: this.visitor, waiting: this.waiting });
  }
}
