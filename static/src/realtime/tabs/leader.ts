import type { Id } from '../../api/types';
import type { ClientFrame, ServerFrame } from '../frames';
import { Socket, type Link } from '../socket';
import { onGone } from './alive';
import type { Common } from './common';
import { soon, type FollowerItem, type LeaderItem, type TabItem } from './relay';

/** The tab that holds the browser's one socket: what it hears goes to all the others, what they have to say goes out through it. */
export class Leader {
  #common: Common;
  #socket: Socket;
  #link: Link = 'connecting';
  /** The other tabs that are known to be there; with none nothing is posted. */
  #others = new Set<string>();
  #locks: LockManager | null;
  #over = new AbortController();
  #told: Id | null = null;
  #queue: (LeaderItem | TabItem)[] = [];
  #flushSoon = soon(() => this.flush());

  /** The locks say when a tab is gone; without them this one is alone and stays so. */
  constructor(common: Common, locks: LockManager | null) {
    this.#common = common;
    this.#locks = locks;
    const { handlers } = common;
    this.#socket = new Socket(
      common.url,
      {
        token: handlers.token,
        renew: handlers.renew,
        onSignedOut: handlers.onSignedOut,
        onLink: (link) => this.#linked(link),
        onReady: (fresh) => this.#ready(fresh),
        onFrame: (frame) => this.#heardFrame(frame),
      },
      common.cursor,
    );
  }

  start(): void {
    this.#common.views.clear();
    this.#common.views.set(this.#common.own, this.#common.view);
    if (this.#locks) this.#common.post([{ kind: 'lead' }], this.#common.term);
    this.#common.handlers.onLead(true);
    this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
    this.flush();
    this.#over.abort();
    this.#others.clear();
    this.#common.handlers.onLead(false);
  }

  send(frame: ClientFrame): boolean {
    return this.#socket.send(frame);
  }

  restart(): void {
    this.#socket.restart();
  }

  wake(): void {
    this.#socket.wake();
  }

  view(): void {
    this.#common.views.set(this.#common.own, this.#common.view);
    this.#tellView(false);
  }

  /** Somebody new looks at this conversation: say that we are here too, if that is what the server knows of us. */
  greet(conversation: Id): void {
    if (this.#told === conversation) this.#tellView(true);
  }

  tell(data: unknown): void {
    this.#say({ kind: 'told', data });
  }

  heard(from: string, item: FollowerItem): void {
    if (item.kind === 'bye') return this.#gone(from);
    this.#meet(from);
    switch (item.kind) {
      case 'join':
        return this.#welcome(from, item.epoch, item.seq);
      case 'ask':
        this.#say({ kind: 'here' });
        return this.flush();
      case 'wake':
        return this.wake();
      case 'send':
        return void this.#socket.send(item.frame);
      case 'view':
        this.#common.views.set(from, item.view);
        return this.#tellView(false);
      case 'greet':
        return this.greet(item.conversation);
    }
  }

  flush(): void {
    if (this.#queue.length === 0) return;
    const items = this.#queue;
    this.#queue = [];
    this.#common.post(items, this.#common.term);
  }

  #meet(tab: string): void {
    if (this.#others.has(tab) || !this.#locks) return;
    this.#others.add(tab);
    onGone(this.#locks, tab, this.#over.signal, () => this.#gone(tab));
  }

  #gone(tab: string): void {
    this.#others.delete(tab);
    this.#common.views.drop(tab);
    this.#tellView(false);
  }

  #welcome(to: string, epoch: string | null, seq: number | null): void {
    const { cursor, ring, hints } = this.#common;
    // One that leads before it was ever told anything goes on from where the others are: only it has to load what lies before.
    if (cursor.seq === null && seq !== null) this.#common.restartFrom(epoch, seq);
    const known = epoch !== null && epoch === cursor.epoch && seq !== null && cursor.seq !== null;
    // One that is ahead of us has what is still on its way here.
    const frames = !known ? null : seq >= cursor.seq! ? [] : (ring.after(seq) as ServerFrame[] | null);
    const live = this.#link === 'live';
    this.#say({
      kind: 'welcome',
      to,
      link: this.#link,
      epoch: cursor.epoch,
      seq: cursor.seq,
      frames,
      hints: live ? hints.frames() : [],
    });
  }

  #linked(link: Link): void {
    // It is live for all once the server has said up to where it has told us.
    if (link === 'live') return;
    this.#link = link;
    this.#common.link(link);
    if (link !== 'stopped') this.#say({ kind: 'link', link });
  }

  #ready(fresh: boolean): void {
    const { cursor } = this.#common;
    if (fresh) this.#common.restartFrom(cursor.epoch, cursor.seq);
    this.#link = 'live';
    this.#say({ kind: 'ready', fresh, epoch: cursor.epoch, seq: cursor.seq });
    this.#tellView(true);
    this.#common.live();
  }

  #heardFrame(frame: ServerFrame): void {
    // What was refused concerns the outbox alone, and that is emptied here.
    if (frame.type !== 'nack') this.#say({ kind: 'frame', frame });
    this.#common.show(frame);
  }

  #tellView(again: boolean): void {
    const looked = this.#common.views.looked();
    if (again ? looked === null : looked === this.#told) return;
    this.#told = looked;
    this.#socket.send({ type: 'viewing', conversation_id: looked });
  }

  #say(item: LeaderItem | TabItem): void {
    if (this.#others.size === 0) return;
    this.#queue.push(item);
    this.#flushSoon();
  }
}
