import type { Problem } from '../api/problem';
import type { Id } from '../api/types';
import { randomId } from '../lib/random-id';
import type { Change, Changed, ChangeNews } from './change-rules';
import { Changes } from './changes.svelte';
import type { SendFrame } from './frames';
import { Outbox, type EntryNews } from './outbox.svelte';

/** What one tab tells the others of what waits. */
export type QueueNews = EntryNews | { changes: ChangeNews };

type Wire = {
  send: (frame: SendFrame) => boolean;
  restart: () => void;
  linked: () => boolean;
  shared: () => boolean;
  leads: () => boolean;
  tell: (news: QueueNews) => void;
  post: (change: Change) => Promise<Changed | null | undefined>;
  show: (change: Change) => () => void;
  done: (change: Change, row: Changed) => void;
  refused: (change: Change, problem: Problem, heard: boolean) => void;
};

/** What the operator has written and what they have done, each in its queue: of one conversation it reaches the server in the order in which it was made. */
export class Queues {
  readonly outbox: Outbox;
  readonly changes: Changes;

  constructor({ send, restart, tell, ...wire }: Wire, own = randomId()) {
    const { shared, leads } = wire;
    const newest = (): number => Math.max(this.outbox.newest, this.changes.newest);
    this.outbox = new Outbox(
      {
        send,
        restart,
        shared,
        leads,
        tell,
        newest,
        held: (it) => this.changes.holdsBack(it.conversation_id, it.created_at),
        // Asked for together with the message: what was decided since holds, and what was written since goes after it.
        then: (conversation_id, { status, until }, created_at) => {
          if (this.changes.decided(conversation_id, (at) => at > created_at)) return;
          const body = { status, ...(until ? { until } : {}) };
          const show = { status, snoozed_until: until ?? null };
          this.changes.add({ conversation_id, kind: 'status', body, show, created_at });
        },
        moved: () => this.changes.pump(),
      },
      own,
    );
    this.changes = new Changes(
      {
        ...wire,
        newest,
        tell: (changes) => tell({ changes }),
        held: ({ kind, conversation_id, created_at }) =>
          kind !== 'read' && conversation_id !== undefined && this.outbox.isOnItsWay(conversation_id, created_at),
        moved: () => this.outbox.pump(),
      },
      own,
    );
  }

  /** What has not reached the server, and will not while nobody is signed in. */
  get unsent(): number {
    return this.outbox.entries.length + this.changes.acts.length;
  }

  /** What goes out by itself when the link is back. */
  get waiting(): number {
    return this.outbox.entries.filter((it) => it.state === 'waiting').length + this.changes.late.length;
  }

  open(user: Id): void {
    this.outbox.open(user);
    this.changes.open(user);
  }

  close(): void {
    this.outbox.close();
    this.changes.close();
  }

  /** This tab has the socket now. */
  lead(): void {
    this.outbox.lead();
    this.changes.ready();
  }

  /** The link is there. */
  ready(): void {
    this.outbox.adopt();
    this.outbox.pump();
    this.changes.ready();
  }

  told(news: QueueNews): void {
    if ('changes' in news) this.changes.told(news.changes);
    else this.outbox.told(news);
  }
}
