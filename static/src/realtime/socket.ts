import { backoff } from '../lib/backoff';
import type { ReadyFrame, ServerFrame } from './frames';

export type Link = 'connecting' | 'live' | 'waiting' | 'stopped';
export type SocketHandlers = {
  /** The access token, fetched anew if need be; null = nobody is signed in. */
  token: () => Promise<string | null>;
  /** The server no longer takes the token; true = a fresh one is at hand. */
  renew: () => Promise<boolean>;
  onLink: (link: Link) => void;
  /** `fresh` = there is no unbroken history before this point: what was loaded must be fetched again. */
  onReady: (fresh: boolean) => void;
  onFrame: (frame: ServerFrame) => void;
  onSignedOut: () => void;
};

const PING_EVERY = 20_000;
const SILENCE_LIMIT = 35_000;

export class Socket {
  #handlers: SocketHandlers;
  #url: string;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #gaps = 0;
  #renewed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #lastHeard = 0;
  #stopped = true;
  #ready = false;
  #epoch: string | null = null;
  #seq: number | null = null;

  constructor(url: string, handlers: SocketHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  start(): void {
    this.#stopped = false;
    addEventListener('online', this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    removeEventListener('online', this.#wake);
    document.removeEventListener('visibilitychange', this.#wake);
    clearTimeout(this.#retry);
    this.#drop();
    this.#handlers.onLink('stopped');
  }

  /** True = handed to the socket; whether it arrived, only the answer tells. */
  send(frame: object): boolean {
    if (!this.#ready || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Something is owed and does not come: a new socket is the only honest cure. */
  restart(): void {
    if (this.#stopped) return;
    this.#drop();
    this.#later(backoff(this.#attempt++));
  }

  #wake = (): void => {
    if (this.#stopped || this.#socket || document.hidden) return;
    this.#attempt = 0;
    clearTimeout(this.#retry);
    void this.#connect();
  };

  async #connect(): Promise<void> {
    this.#handlers.onLink('connecting');
    let token: string | null;
    try {
      token = await this.#handlers.token();
    } catch {
      return this.#later(backoff(this.#attempt++));
    }
    if (this.#stopped || this.#socket) return;
    if (!token) return this.#handlers.onSignedOut();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      const resume = this.#epoch !== null && this.#seq !== null ? { epoch: this.#epoch, after: this.#seq } : {};
      socket.send(JSON.stringify({ type: 'auth', token, ...resume }));
    };
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data as string) as { type: string });
    socket.onclose = (event) => socket === this.#socket && void this.#closed(event.code);
    this.#lastHeard = Date.now();
    this.#ping = setInterval(() => {
      if (Date.now() - this.#lastHeard > SILENCE_LIMIT) return this.restart();
      this.send({ type: 'ping' });
    }, PING_EVERY);
  }

  #heard(frame: { type: string; seq?: number; prev?: number }): void {
    this.#lastHeard = Date.now();
    if (frame.type === 'pong') return;
    if (frame.type === 'ready' || frame.type === 'resync') return this.#opened(frame as ReadyFrame);
    if (typeof frame.seq === 'number' && typeof frame.prev === 'number') {
      if (this.#seq !== null && frame.seq <= this.#seq) return;
      if (frame.prev !== this.#seq) return this.#lost();
      this.#seq = frame.seq;
      this.#gaps = 0;
    }
    this.#handlers.onFrame(frame as ServerFrame);
  }

  #opened(frame: ReadyFrame): void {
    const fresh = frame.type === 'resync' || this.#seq === null || this.#epoch !== frame.epoch;
    this.#epoch = frame.epoch;
    if (fresh) this.#seq = frame.seq;
    this.#attempt = 0;
    this.#renewed = false;
    this.#ready = true;
    this.#handlers.onLink('live');
    this.#handlers.onReady(fresh);
  }

  /** A hole in the feed: ask again from what we have; if holes repeat, give the history up and load it anew. */
  #lost(): void {
    if (++this.#gaps > 2) {
      this.#seq = null;
      this.#gaps = 0;
    }
    this.restart();
  }

  async #closed(code: number): Promise<void> {
    this.#drop();
    if (this.#stopped) return;
    if (code !== 4401) return this.#later(backoff(this.#attempt++));
    if (this.#renewed) return this.#handlers.onSignedOut();
    this.#renewed = true;
    this.#handlers.onLink('connecting');
    try {
      if (await this.#handlers.renew()) return this.#later(0);
      this.#handlers.onSignedOut();
    } catch {
      this.#renewed = false;
      this.#later(backoff(this.#attempt++));
    }
  }

  #later(delay: number): void {
    if (this.#stopped) return;
    this.#handlers.onLink(delay > 0 ? 'waiting' : 'connecting');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), delay);
  }

  #drop(): void {
    clearInterval(this.#ping);
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
