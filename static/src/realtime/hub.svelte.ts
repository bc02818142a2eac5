import { call, get, refresh, token } from '../api/client';
import type { Problem } from '../api/problem';
import '../features/live';
import type { Conversation, Id, Me, Message, Role } from '../api/types';
import { explain } from '../lib/explain';
import { toast } from '../lib/toast.svelte';
import { apply } from './apply';
import { batched } from './batch';
import type { Change, ChangeNews } from './change';
import { Changes } from './changes.svelte';
import type { AnswerFrame, ClientFrame, DurableFrame, ServerFrame, TransientFrame } from './frames';
import { Outbox, type EntryNews, type Then } from './outbox.svelte';
import { Presence } from './presence.svelte';
import type { Link } from './socket';
import { Store } from './store.svelte';
import { Feed } from './tabs/feed';
import { Unknown } from './unknown';

/** A change that has no answer by then goes again. */
const PATIENCE = 20_000;

/** The live side of the console: one feed, one store, one outbox of messages and one of changes, wired together. */
class Hub {
  store = new Store();
  presence = new Presence();
  outbox = new Outbox({
    send: (frame) => this.#send(frame),
    restart: () => this.#feed?.restart(),
    shared: () => this.#feed?.shared ?? true,
    leads: () => this.leads,
    tell: (news) => this.#feed?.tell(news),
    then: (conversation, then) => this.#goOn(conversation, then),
    moved: () => this.changes.pump(),
  });
  changes = new Changes({
    linked: () => this.#feed !== null && this.link === 'live',
    shared: () => this.#feed?.shared ?? true,
    leads: () => this.leads || this.#feed?.shared === false,
    tell: (changes) => this.#feed?.tell({ changes }),
    post: ({ conversation_id, kind, body }) =>
      call('POST', `/api/conversations/${conversation_id}/${kind}`, { json: body, signal: AbortSignal.timeout(PATIENCE) }),
    held: ({ kind, conversation_id }) => kind !== 'read' && this.outbox.isOnItsWay(conversation_id),
    show: ({ conversation_id, show }) => (show ? this.store.conversations.tentative(conversation_id, show) : () => {}),
    done: (row) => this.store.putRow({ ...row, unread: row.unread ?? this.store.row(row.id)?.unread ?? 0 }),
    refused: (change, problem) => this.#refused(change, problem),
  });
  /** Says a refusal in better words than the general ones; true: it is said. */
  onRefused = new Map<Change['kind'], (change: Change, problem: Problem) => boolean>([['read', () => true]]);
  link = $state<Link>('stopped');
  /** Counts the points before which the feed is not whole; lists reload when it grows. */
  generation = $state(0);
  role = $state<Role>('operator');
  /** Of this browser's tabs this one has the socket; what should happen once, not in each of them, it does. */
  leads = $state(false);
  /** The conversation that this tab shows. */
  viewing = $state<Id | null>(null);
  #me: Me | null = null;
  #feed: Feed | null = null;
  #unknown = new Unknown({
    load: async (id) => {
      const { me } = this.store;
      const row = await get<Conversation>(`/api/conversations/${id}`);
      if (this.store.me === me) this.store.putRow(row);
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
    this.#me = me;
    this.store.me = me.id;
    this.role = me.role;
    this.outbox.open(me.id);
    this.store.notices.open(me.id);
    this.changes.open(me.id);
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const feed: Feed = new Feed(me.id, `${scheme}//${location.host}/ws`, {
      token: async () => token() ?? ((await refresh()) ? token() : null),
      renew: refresh,
      onLink: (link) => this.#linked(link),
      onReady: (fresh) => this.#ready(fresh),
      onFrame: (frame) => this.#enqueue({ frame, of: feed }),
      onSignedOut,
      onTold: (news) => this.#told(news as EntryNews | { changes: ChangeNews }),
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
    this.viewing = null;
    this.outbox.close();
    this.changes.close();
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

  #goOn(conversation: Id, { status, until }: Then): void {
    const show = { status, snoozed_until: until ?? null };
    const body = { status, ...(until ? { until } : {}) };
    this.changes.add({ conversation_id: conversation, kind: 'status', body, show });
  }

  #told(news: EntryNews | { changes: ChangeNews }): void {
    if ('changes' in news) this.changes.told(news.changes);
    else this.outbox.told(news);
  }

  #refused(change: Change, problem: Problem): void {
    if (!this.onRefused.get(change.kind)?.(change, problem)) toast(explain(problem), { tone: 'bad' });
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
    if (!leads) return;
    this.outbox.lead();
    this.changes.adopt();
  }

  #ready(fresh: boolean): void {
    if (fresh) {
      this.store.markStale();
      this.#unknown.forget();
      this.generation++;
    }
    this.outbox.adopt();
    this.outbox.pump();
    this.changes.ready();
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
    if (message.author.type !== 'operator' || message.author.id !== this.#me?.id) return;
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
    if (conversation !== this.viewing || user === this.#me?.id) return;
    if (this.presence.viewing(conversation).some((it) => it.id === user)) return;
    this.#feed?.greet(conversation);
  }
}

export const hub = new Hub();
