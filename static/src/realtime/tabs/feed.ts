import type { Id } from '../../api/types';
import { randomId } from '../../lib/random-id';
import type { ClientFrame } from '../frames';
import { hold } from './alive';
import { Common, type Env, type FeedHandlers } from './common';
import { Follower } from './follower';
import { Leader } from './leader';
import { Leadership } from './leadership';
import type { FollowerItem, LeaderItem, Post } from './relay';

export type { Env, FeedHandlers } from './common';

/** Null where the browser lacks a part of it (plain http has no locks): then each tab has a socket of its own. */
export function browserEnv(): Env | null {
  if (typeof BroadcastChannel === 'undefined' || typeof navigator === 'undefined' || !navigator.locks) return null;
  return { locks: navigator.locks, channel: (name) => new BroadcastChannel(name) };
}

/**
 * The live feed of one signed-in person in this tab. Of all tabs of the browser one holds the socket (a Web Lock says which) and the
 * others hear from it by a channel; each keeps its own cursor, so whoever comes late or is left alone goes on without hole or double.
 */
export class Feed {
  #common: Common;
  #env: Env | null;
  #name: string;
  #role: Leader | Follower | null = null;
  #leadership: Leadership | null = null;
  #channel: BroadcastChannel | null = null;
  /** Lets go of everything that ties this tab to the others. */
  #gone: AbortController | null = null;
  #started = false;

  constructor(user: Id, url: string, handlers: FeedHandlers, env: Env | null = browserEnv(), own = randomId()) {
    this.#env = env;
    this.#name = `sb.feed.${user}`;
    this.#common = new Common(own, url, handlers, (items, term) => this.#post({ from: own, term, items }));
  }

  /** Whether the tabs of this browser can hear each other. */
  get shared(): boolean {
    return this.#env !== null;
  }

  start(): void {
    this.#started = true;
    for (const type of ['focus', 'blur']) addEventListener(type, this.#looked);
    addEventListener('pagehide', this.#leave);
    addEventListener('pageshow', this.#enter);
    for (const [type, run] of this.#pageEvents) document.addEventListener(type, run);
    this.#enter();
  }

  stop(): void {
    this.#started = false;
    for (const type of ['focus', 'blur']) removeEventListener(type, this.#looked);
    removeEventListener('pagehide', this.#leave);
    removeEventListener('pageshow', this.#enter);
    for (const [type, run] of this.#pageEvents) document.removeEventListener(type, run);
    this.#leave();
    this.#common.link('stopped');
  }

  /** True = on its way; whether it arrived, only the answer tells. */
  send(frame: ClientFrame): boolean {
    return this.#role?.send(frame) ?? false;
  }

  /** Something is owed and does not come: a new socket is the only honest cure. */
  restart(): void {
    if (this.#role instanceof Leader) this.#role.restart();
  }

  view(conversation: Id | null): void {
    this.#common.view = { ...this.#common.view, conversation };
    this.#role?.view();
  }

  greet(conversation: Id): void {
    this.#role?.greet(conversation);
  }

  /** To all other tabs, of things that are not the feed. */
  tell(data: unknown): void {
    if (this.#role instanceof Leader) this.#role.tell(data);
    else if (this.#role) this.#common.post([{ kind: 'told', data }]);
  }

  // A tab that the browser puts to sleep or aside keeps nobody waiting; awake again, it goes on from its cursor.
  #leave = (): void => {
    this.#gone?.abort();
    this.#gone = null;
    this.#leadership?.leave();
    this.#leadership = null;
    this.#part(null);
    this.#common.post([{ kind: 'bye' }]);
    this.#channel?.close();
    this.#channel = null;
  };

  #enter = (): void => {
    if (!this.#started || this.#gone) return;
    const gone = (this.#gone = new AbortController());
    if (!this.#env) return this.#alone();
    this.#common.handlers.onLink('connecting');
    hold(this.#env.locks, this.#common.own, gone.signal).then(
      () => gone.signal.aborted || this.#meet(this.#env!),
      () => gone.signal.aborted || this.#alone(),
    );
  };

  #pageEvents: [string, () => void][] = [
    ['freeze', () => this.#leave()],
    ['resume', () => this.#enter()],
    ['visibilitychange', () => this.#looked()],
  ];

  /** The browser gives no locks after all, or no channel: as if there were no other tab. */
  #alone = (): void => {
    this.#env = null;
    this.#part(new Leader(this.#common, null));
  };

  #meet(env: Env): void {
    try {
      this.#channel = env.channel(this.#name);
    } catch {
      return this.#alone();
    }
    this.#channel.onmessage = (event) => this.#heard(event.data as Post);
    this.#leadership = new Leadership(env.locks, this.#name, {
      onWon: () => this.#lead(env),
      onLost: () => this.#follow(),
      onRefused: this.#alone,
    });
    this.#follow();
  }

  #lead(env: Env): void {
    this.#common.term = Math.max(Date.now(), this.#common.term + 1);
    this.#part(new Leader(this.#common, env.locks));
  }

  /** Stands in line for the lead, and listens meanwhile. */
  #follow(): void {
    this.#part(new Follower(this.#common, () => this.#leadership?.steal()));
    this.#leadership?.run();
  }

  #part(role: Leader | Follower | null): void {
    this.#role?.stop();
    this.#role = role;
    role?.start();
  }

  #heard({ from, term, items }: Post): void {
    for (const item of items) if (item.kind === 'told') this.#common.handlers.onTold(item.data);
    if (term === undefined) {
      if (this.#role instanceof Leader) for (const item of items) this.#role.heard(from, item as FollowerItem);
      return;
    }
    // One that does not know yet that its lead is over: what it says of the feed the new one says too.
    if (term < this.#common.term) return;
    const anew = term > this.#common.term;
    this.#common.term = term;
    if (this.#role instanceof Leader) return this.#follow();
    if (this.#role) this.#role.heard(items as LeaderItem[], anew);
  }

  #post(post: Post): void {
    this.#channel?.postMessage(post);
  }

  #looked = (): void => {
    const visible = !document.hidden;
    const focused = document.hasFocus() ? Date.now() : this.#common.view.focused;
    this.#common.view = { ...this.#common.view, visible, focused };
    if (this.#common.view.conversation !== null) this.#role?.view();
  };
}
