import { backoff } from '../lib/backoff';
import type { ReadyFrame, ServerFrame } from './frames';
import { Cursor, type Numbered } from './tabs/cursor';

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

export class Socket {
  #handlers: SocketHandlers;
  #url: string;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #gaps = 0;
  #renewed = false;
  /** A new token is being asked for; what the old one could still do is of no use. */
  #renewing = false;
  #renewals = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  /** A ping is out, and nothing has come since. */
  #owed = false;
  #stopped = true;
  #ready = false;
  /** The server was told from where to go on. */
  #resumes = false;
  #cursor: Cursor;

  constructor(url: string, handlers: SocketHandlers, cursor = new Cursor()) {
    this.#url = url;
    this.#handlers = handlers;
    this.#cursor = cursor;
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

  /** Somebody looks, or the network is back: now is a better moment than the one waited for. */
  wake(): void {
    if (this.#stopped || this.#socket) return;
    this.#attempt = 0;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  #wake = (): void => void (document.hidden || this.wake());

  async #connect(): Promise<void> {
    // Whatever comes of the renewal, it ends in a new attempt or in a sign-out.
    if (this.#renewing) return;
    this.#handlers.onLink('connecting');
    const renewals = this.#renewals;
    let token: string | null;
    try {
      token = await this.#handlers.token();
    } catch {
      if (renewals !== this.#renewals) return;
      return this.#later(backoff(this.#attempt++));
    }
    // A token from before the renewal would be refused, and that taken for the last word.
    if (this.#stopped || this.#socket || renewals !== this.#renewals) return;
    if (!token) return this.#handlers.onSignedOut();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      const { epoch, seq } = this.#cursor;
      this.#resumes = epoch !== null && seq !== null;
      socket.send(JSON.stringify({ type: 'auth', token, ...(this.#resumes ? { epoch, after: seq } : {}) }));
    };
    socket.onmessage = (event) => socket === this.#socket && this.#heard(JSON.parse(event.data as string) as Numbered);
    socket.onclose = (event) => socket === this.#socket && void this.#closed(event.code);
    this.#owed = false;
    // Counted in beats, not by the clock: a hidden tab's timers are slow, and that is not the server's silence.
    this.#ping = setInterval(() => {
      if (this.#owed) return this.restart();
      this.#owed = true;
      this.send({ type: 'ping' });
    }, PING_EVERY);
  }

  #heard(frame: Numbered): void {
    this.#owed = false;
    if (frame.type === 'pong') return;
    if (frame.type === 'ready' || frame.type === 'resync') return this.#opened(frame as ReadyFrame);
    const fate = this.#cursor.take(frame);
    if (fate === 'seen') return;
    if (fate === 'hole') return this.#lost();
    if (frame.seq !== undefined) this.#gaps = 0;
    this.#handlers.onFrame(frame as ServerFrame);
  }

  #opened(frame: ReadyFrame): void {
    const fresh = frame.type === 'resync' || !this.#resumes || this.#cursor.epoch !== frame.epoch;
    this.#cursor.set(frame.epoch, fresh ? frame.seq : this.#cursor.seq);
    this.#attempt = 0;
    this.#renewed = false;
    this.#ready = true;
    this.#handlers.onLink('live');
    this.#handlers.onReady(fresh);
  }

  /** A hole in the feed: ask again from what we have; if holes repeat, give the history up and load it anew. */
  #lost(): void {
    if (++this.#gaps > 2) {
      this.#cursor.set(null, null);
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
    const renewal = await this.#renew();
    if (this.#stopped) return;
    if (renewal === 'refused') return this.#handlers.onSignedOut();
    if (renewal === 'done') return this.#later(0);
    this.#renewed = false;
    this.#later(backoff(this.#attempt++));
  }

  async #renew(): Promise<'done' | 'refused' | 'failed'> {
    this.#renewing = true;
    this.#renewals++;
    try {
      return (await this.#handlers.renew()) ? 'done' : 'refused';
    } catch {
      return 'failed';
    } finally {
      this.#renewing = false;
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
