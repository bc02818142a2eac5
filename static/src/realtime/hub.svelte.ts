import { call, get, refresh, token } from '../api/client';
import type { Problem } from '../api/problem';
import '../features/live';
import type { Conversation, Customer, Id, Me, Message } from '../api/types';
import { withWords } from '../i18n/i18n.svelte';
import { drafts } from '../lib/drafts.svelte';
import { explain } from '../lib/explain';
import { toast } from '../lib/toast.svelte';
import { apply } from './apply';
import { batched } from './batch';
import type { Change, Changed } from './change-rules';
import { noteOf } from './last-word';
import type { AnswerFrame, ClientFrame, DurableFrame, ServerFrame, TransientFrame } from './frames';
import { Presence } from './presence.svelte';
import { Queues, type QueueNews } from './queues';
import type { Link } from './socket';
import { Store } from './store.svelte';
import { browserEnv, Feed } from './tabs/feed';
import { Unknown } from './unknown';

/** A change that has no answer by then goes again. */
const PATIENCE = 20_000;

/** Neither is wanted before there is something to edit, or to regret. */
const edits = () => import('../features/inbox/tell-edit');
const refusals = withWords(() => import('../features/inbox/refusals'), 'inbox', 'errors', 'composer');

/** The live side of the console: one feed, one store, the queues of what is to be sent, wired together. */
class Hub {
  store = new Store();
  presence = new Presence();
  queues = new Queues({
    send: (frame) => this.#send(frame),
    restart: () => this.#feed?.restart(),
    linked: () => this.#feed !== null && this.link === 'live',
    // What stands in the browser is taken before there is a feed.
    shared: () => this.#feed?.shared ?? browserEnv() !== null,
    leads: () => this.leads,
    tell: (news) => this.#feed?.tell(news),
    post: async (it) => {
      const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE), this.#person.signal]);
      if (it.customer_id !== undefined) return (await edits()).tell(it, signal);
      return call('POST', `/api/conversations/${it.conversation_id}/${it.kind}`, { json: it.body, signal });
    },
    show: (it) => {
      if (it.customer_id !== undefined) return this.store.tentativeCustomer(it.customer_id, it.show);
      return it.show ? this.store.conversations.tentative(it.conversation_id, it.show) : () => {};
    },
    done: (it, row) => this.#done(it, row),
    refused: (it, problem, heard) => void this.#refused(it, problem, heard),
  });
  outbox = this.queues.outbox;
  changes = this.queues.changes;
  link = $state<Link>('stopped');
  /** Counts the points before which the feed is not whole; lists reload when it grows. */
  generation = $state(0);
  /** Of this browser's tabs this one has the socket; what should happen once, not in each of them, it does. */
  leads = $state(false);
  /** The conversation that this tab shows. */
  viewing = $state<Id | null>(null);
  #feed: Feed | null = null;
  /** Nothing of one person's goes on in the name of the next. */
  #person = new AbortController();
  #unknown = new Unknown({
    load: async (id) => {
      const { me, conversations } = this.store;
      const asked = conversations.turn;
      const row = await get<Conversation>(`/api/conversations/${id}`);
      if (this.store.me === me) this.store.putRow(row, asked);
    },
    gone: (id) => this.store.removeRow(id),
  });
  /** What waits for its turn when its feed ends is of no use: the next feed begins anew, perhaps another person's. */
  #enqueue = batched<{ frame: ServerFrame; of: Feed }>((all) =>
    all.forEach(({ frame, of }) => of === this.#feed && this.#take(frame)),
  );

  constructor() {
    this.store.onUnknown = this.#unknown.want;
    this.store.onDoubt = this.#unknown.doubt;
  }

  start(me: Me, onSignedOut: () => void): void {
    this.store.me = me.id;
    this.store.warnings.open(me.id);
    this.queues.open(me.id);
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const feed: Feed = new Feed(me.id, `${scheme}//${location.host}/ws`, {
      token: async () => token() ?? ((await refresh()) ? token() : null),
      renew: refresh,
      onLink: (link) => this.#linked(link),
      onReady: (fresh) => this.#ready(fresh),
      onFrame: (frame) => this.#enqueue({ frame, of: feed }),
      onSignedOut,
      onTold: (news) => this.queues.told(news as QueueNews),
      onLead: (leads) => this.#led(leads),
    });
    this.#feed = feed;
    feed.view(this.viewing);
    feed.start();
  }

  /** Nobody is signed in for a moment: what is on the screen stays. */
  pause(): void {
    this.#feed?.stop();
    this.#feed = null;
  }

  stop(): void {
    this.pause();
    this.#person.abort();
    this.#person = new AbortController();
    this.viewing = null;
    this.queues.close();
    this.store.reset();
    this.store.me = null;
    this.#unknown.clear();
    this.presence.forget();
  }

  setViewing(conversation: Id | null): void {
    this.viewing = conversation;
    this.store.setOpen(conversation);
    this.#feed?.view(conversation);
  }

  typing(conversation: Id, on: boolean): void {
    this.#send({ type: 'typing', conversation_id: conversation, on });
  }

  #done(it: Change, row: Changed): void {
    if (it.customer_id !== undefined) return this.store.putCustomer(row as Customer);
    // What was given away meanwhile does not come back by an answer.
    const held = this.store.row(row.id);
    if (held) this.store.putRow({ ...(row as Conversation), unread: (row as Conversation).unread ?? held.unread });
  }

  async #refused(it: Change, problem: Problem, heard: boolean): Promise<void> {
    if (it.kind === 'read') return;
    const note = it.stuck ? '' : noteOf(it);
    if (note && it.conversation_id !== undefined) drafts.giveBack(it.conversation_id, 'note', note);
    try {
      (await refusals()).say(it, problem, heard);
    } catch {
      // Its own words did not come; that it will not be is said all the same.
      if (!heard || it.conversation_id !== undefined) toast(explain(problem), { tone: 'bad' });
    }
  }

  #send(frame: ClientFrame): boolean {
    return this.#feed?.send(frame) ?? false;
  }

  #linked(link: Link): void {
    if (this.link === 'live' && link !== 'live') {
      if (this.leads) this.outbox.unlinked();
      this.presence.forget();
    }
    this.link = link;
  }

  #led(leads: boolean): void {
    this.leads = leads;
    if (leads) this.queues.lead();
  }

  #ready(fresh: boolean): void {
    if (fresh) {
      this.store.markStale();
      this.#unknown.forget();
      this.generation++;
    }
    this.queues.ready();
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'ack' || frame.type === 'nack') return this.#answered(frame);
    if (frame.type === 'message.created') this.#matchOwn(frame.data);
    if (frame.type === 'conversation.viewing' && frame.on) this.#greet(frame.conversation_id, frame.user_id);
    apply(frame as DurableFrame | TransientFrame, this.store, this.presence);
  }

  #answered(frame: AnswerFrame): void {
    if (frame.type === 'nack') return void (frame.client_id && this.outbox.refused(frame.client_id, frame.problem));
    const message = { ...frame.message, client_id: frame.client_id };
    this.store.heldThread(message.conversation_id)?.takeLive(message, true);
    this.outbox.acked(frame.client_id);
  }

  /** Our own message may come round on the feed before its ack; the bubble on the screen must stay one. */
  #matchOwn(message: Message): void {
    if (message.author.type !== 'operator' || message.author.id !== this.store.me) return;
    const entry = this.outbox.entries.find((it) =>
      message.client_id
        ? it.client_id === message.client_id
        : it.conversation_id === message.conversation_id && it.state === 'sending' && it.text === (message.text ?? ''),
    );
    if (!entry) return;
    message.client_id = entry.client_id;
    this.outbox.acked(entry.client_id);
  }

  /** Somebody new looks at what we look at: say that we are here too. Known ones are not answered, so it ends there. */
  #greet(conversation: Id, user: Id): void {
    if (conversation !== this.viewing || user === this.store.me) return;
    if (this.presence.viewing(conversation).some((it) => it.id === user)) return;
    this.#feed?.greet(conversation);
  }
}

export const hub = new Hub();
