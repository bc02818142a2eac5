import type { ServerFrame } from '../frames';
import type { SocketHandlers } from '../socket';
import { Cursor } from './cursor';
import { Hints } from './hints';
import type { Post } from './relay';
import { Ring } from './ring';
import { Views, type View } from './views';

export type FeedHandlers = SocketHandlers & {
  /** What another tab has told all (`tell`). */
  onTold: (data: unknown) => void;
  /** Whether the socket is this tab's: then, and only then, it sends what waits. */
  onLead: (leads: boolean) => void;
};

/** What the browser gives: locks, and a channel between its tabs. */
export type Env = { locks: LockManager; channel: (name: string) => BroadcastChannel };

/** What stays with a tab, whichever part it plays. */
export class Common {
  cursor = new Cursor();
  ring = new Ring();
  hints = new Hints();
  views = new Views();
  /** What this tab shows. */
  view: View = { conversation: null, visible: !document.hidden, focused: Date.now() };
  /** There is a stretch before the cursor that this tab has not seen: what it holds must be loaded anew once the feed is live. */
  fresh = true;
  term = 0;
  #live = false;

  constructor(
    readonly own: string,
    readonly url: string,
    readonly handlers: FeedHandlers,
    readonly post: (items: Post['items'], term?: number) => void,
  ) {}

  /** A frame that comes next, to this tab's own screen. */
  show(frame: ServerFrame): void {
    this.ring.put(frame);
    this.hints.take(frame);
    this.handlers.onFrame(frame);
  }

  live(): void {
    const { fresh } = this;
    if (this.#live && !fresh) return;
    this.fresh = false;
    this.#live = true;
    this.handlers.onLink('live');
    this.handlers.onReady(fresh);
  }

  link(link: 'connecting' | 'waiting' | 'stopped'): void {
    this.#live = false;
    this.hints.forget();
    this.handlers.onLink(link);
  }

  /** History is broken here: nothing that lies before can be told to others. */
  restartFrom(epoch: string | null, seq: number | null): void {
    this.cursor.set(epoch, seq);
    this.ring.clear();
    this.fresh = true;
  }
}
