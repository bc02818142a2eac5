import type { Id } from '../../api/types';
import type { ClientFrame } from '../frames';
import type { Common } from './common';
import type { FollowerItem, LeaderItem } from './relay';

/** So long the leader may owe an answer before its place is taken. */
const PATIENCE = 4000;
/** How long it may be silent before a tab that somebody looks at asks whether it is there; a hidden one has more time. */
const QUIET = 4000;
const HIDDEN_QUIET = 60_000;
const LOOK_EVERY = 2000;

/** A tab that hears the feed from another one, keeps its own place in it, and notices when nobody tells it anything any more. */
export class Follower {
  #common: Common;
  #onSilent: () => void;
  #live = false;
  #joining = false;
  #heardAt = Date.now();
  #owed: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(common: Common, onSilent: () => void) {
    this.#common = common;
    this.#onSilent = onSilent;
  }

  start(): void {
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY);
    document.addEventListener('visibilitychange', this.#looked);
    addEventListener('focus', this.#looked);
    addEventListener('online', this.#wake);
    this.#common.link('connecting');
    this.join();
  }

  stop(): void {
    clearInterval(this.#watch);
    document.removeEventListener('visibilitychange', this.#looked);
    removeEventListener('focus', this.#looked);
    removeEventListener('online', this.#wake);
    this.#paid();
  }

  /** Says up to where this tab has the feed; the answer brings what is missing. */
  join(): void {
    const { epoch, seq } = this.#common.cursor;
    this.#joining = true;
    this.#ask({ kind: 'join', epoch, seq }, { kind: 'view', view: this.#common.view });
  }

  /** Messages are the leader's to send: it has them from the outbox, which all tabs share. */
  send(frame: ClientFrame): boolean {
    if (frame.type === 'send' || !this.#live) return false;
    this.#common.post([{ kind: 'send', frame }]);
    return true;
  }

  view(): void {
    this.#common.post([{ kind: 'view', view: this.#common.view }]);
  }

  greet(conversation: Id): void {
    this.#common.post([{ kind: 'greet', conversation }]);
  }

  /** `anew`: it is another leader than before. */
  heard(items: LeaderItem[], anew: boolean): void {
    this.#heardAt = Date.now();
    if (!this.#joining) this.#paid();
    if (anew && !items.some((it) => it.kind === 'welcome' && it.to === this.#common.own)) {
      this.#down('connecting');
      this.join();
    }
    for (const item of items) this.#take(item);
  }

  #take(item: LeaderItem): void {
    const { cursor } = this.#common;
    if (item.kind === 'frame') {
      const fate = cursor.take(item.frame);
      if (fate === 'next') this.#common.show(item.frame);
      else if (fate === 'hole' && !this.#joining) this.join();
    } else if (item.kind === 'link') {
      if (item.link !== 'live') this.#down(item.link);
    } else if (item.kind === 'ready') {
      this.#ready(item);
    } else if (item.kind === 'welcome' && item.to === this.#common.own) {
      this.#welcomed(item);
    }
  }

  #ready(item: LeaderItem & { kind: 'ready' }): void {
    const { cursor } = this.#common;
    if (item.fresh) this.#common.restartFrom(item.epoch, item.seq);
    else if (cursor.epoch !== item.epoch || cursor.seq === null || cursor.seq < item.seq!) return this.join();
    this.#up();
  }

  #welcomed(item: LeaderItem & { kind: 'welcome' }): void {
    this.#joining = false;
    this.#paid();
    const { cursor } = this.#common;
    // Asked twice, answered twice: the second answer brings nothing that is not here.
    const here = cursor.epoch === item.epoch && cursor.seq !== null && cursor.seq >= (item.seq ?? 0);
    if (item.frames === null && item.epoch !== null && !here) this.#common.restartFrom(item.epoch, item.seq);
    for (const frame of item.frames ?? []) if (cursor.take(frame) === 'next') this.#common.show(frame);
    if (item.link !== 'live') return this.#down(item.link);
    this.#up();
    item.hints.forEach((frame) => this.#common.show(frame));
  }

  #up(): void {
    this.#live = true;
    this.#common.live();
  }

  #down(link: 'connecting' | 'waiting' | 'stopped'): void {
    this.#live = false;
    this.#common.link(link === 'stopped' ? 'connecting' : link);
  }

  /** Somebody turns to this tab: a better moment than the one the leader waits for. Looking on is none, or it would never wait. */
  #looked = (): void => {
    if (!this.#live && !document.hidden) this.#wake();
    this.#look();
  };

  #look = (): void => {
    if (!this.#live && this.#owed === undefined) this.join();
    else if (Date.now() - this.#heardAt >= (document.hidden ? HIDDEN_QUIET : QUIET)) this.#ask({ kind: 'ask' });
  };

  #wake = (): void => this.#common.post([{ kind: 'wake' }]);

  #ask(...items: FollowerItem[]): void {
    this.#common.post(items);
    if (this.#owed !== undefined) return;
    const asked = Date.now();
    this.#owed = setTimeout(() => {
      this.#owed = undefined;
      // It is there and has only not answered this; or we were asleep ourselves, and the answer may lie before the door.
      if (this.#heardAt > asked || Date.now() - asked > PATIENCE * 2) return this.join();
      this.#onSilent();
    }, PATIENCE);
  }

  #paid(): void {
    clearTimeout(this.#owed);
    this.#owed = undefined;
  }
}
