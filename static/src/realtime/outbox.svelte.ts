import type { Id, Status, Uploaded } from '../api/types';
import { randomId } from '../lib/random-id';
import { bytesOnWire, FRAME_LIMIT, sendable } from '../lib/sendable';
import { storage } from '../lib/storage';
import type { ProblemBody, SendFrame } from './frames';

export type Then = { status: Status; until?: string };

/** `conflict`: somebody else answered meanwhile and the operator has to say whether to send all the same. */
export type EntryState = 'waiting' | 'sending' | 'failed' | 'conflict';
export type Entry = {
  client_id: string;
  conversation_id: Id;
  text: string;
  note: boolean;
  files: Uploaded[];
  reply_to?: Id;
  seen_seq?: number;
  run_id?: Id;
  state: EntryState;
  problem?: ProblemBody;
  created_at: string;
  /** What becomes of the conversation once the message is stored. */
  then?: Then;
  /** How often it went out on a link that held, and no answer came. */
  unanswered?: number;
  /** Whose it is to send where the tabs know nothing of each other: the one in which it was written, or that has taken it over. */
  tab?: string;
  /** Grows with every change; of two the greater stays. */
  v?: number;
};
/** What one tab tells the others of an entry. */
export type EntryNews = { entry: Entry } | { gone: string };
export type NewEntry = Pick<Entry, 'conversation_id' | 'text' | 'note' | 'files' | 'reply_to' | 'seen_seq' | 'run_id' | 'then'>;

const ACK_LIMIT = 12_000;
const BUSY_RETRY = 2500;
/** So many times the same message may go without an answer before it is put aside. */
const PATIENCE = 3;
/** How often a tab looks for what a closed one has left behind. */
const LOOK_EVERY = 5000;
/** Where the tabs know nothing of each other, what is older than this is taken for left behind by a closed one. */
const LEFT_BEHIND = 60_000;
const PASSING = new Set(['rate_limited', 'overloaded', 'offline']);

type Wire = {
  /** False = it is not gone, or another tab's to send. */
  send: (frame: SendFrame) => boolean;
  restart: () => void;
  /** The browser's tabs have one outbox, which the one with the socket empties; else each looks after its own entries. */
  shared: () => boolean;
  /** Whether the socket is this tab's. */
  leads: () => boolean;
  tell: (news: EntryNews) => void;
  /** The message is stored: its conversation goes on as was asked. */
  then?: (conversation: Id, then: Then) => void;
  /** One of them is under way no more, or goes no further. */
  moved?: () => void;
};

/**
 * What the operator has sent and the server has not yet confirmed. It survives a reload and goes out again with the same client_id,
 * so the server stores it once however often it is sent. One message per conversation is under way at a time: order is kept.
 */
export class Outbox {
  entries = $state.raw<readonly Entry[]>([]);
  #prefix = '';
  #wire: Wire;
  #own: string;
  /** Gone for good: late news of them bring nothing back. */
  #over = new Set<string>();
  /** These stood in the browser's storage once; only what did can be missed there. */
  #seen = new Set<string>();
  #look: ReturnType<typeof setInterval> | undefined;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(wire: Wire, own: string = randomId()) {
    this.#wire = wire;
    this.#own = own;
  }

  open(user: Id): void {
    this.close();
    this.#prefix = `sb.outbox.${user}.`;
    this.entries = [];
    this.adopt();
    this.#look = setInterval(() => this.adopt(), LOOK_EVERY);
    addEventListener('storage', this.#gone);
  }

  /** What another tab has sent or thrown away is over here too, should both have it. */
  #gone = (event: StorageEvent): void => {
    if (this.#prefix && event.newValue === null && event.key?.startsWith(this.#prefix))
      this.told({ gone: event.key.slice(this.#prefix.length) });
  };

  close(): void {
    clearInterval(this.#look);
    removeEventListener('storage', this.#gone);
    this.#prefix = '';
  }

  /** Takes what stands in the browser: all of it where the tabs share it, else what belongs to no other tab. */
  adopt(): void {
    const found: Entry[] = [];
    for (const key of this.#prefix ? storage.keys(this.#prefix) : []) {
      const clientId = key.slice(this.#prefix.length);
      if (this.#over.has(clientId) || (this.has(clientId) && !this.#wire.shared())) continue;
      const entry = storage.read<Entry>(key);
      if (!entry) storage.remove(key);
      else if (this.#wire.shared()) this.#isNews(entry) && found.push(entry);
      // Two that take the same send the same client_id.
      else if (this.#isLeft(entry)) found.push(this.#keep({ ...entry, tab: this.#own, state: afterBreak(entry.state) }));
    }
    const missed = (it: Entry): boolean => !this.#stands(it) && this.#seen.has(it.client_id);
    const gone = this.#wire.shared() ? this.entries.filter(missed) : [];
    gone.forEach((it) => this.#forget(it.client_id));
    if (found.length + gone.length === 0) return;
    this.#put(found);
    this.pump();
  }

  /** This tab has the socket now: all that waits is its to send, and what was under way by another way goes again. */
  lead(): void {
    this.adopt();
    // Stored, and the tab that was to go on from there is gone.
    for (const id of this.#over) if (storage.read<Entry>(this.#prefix + id)?.then) this.acked(id);
    this.unlinked();
  }

  /** Another tab has written, sent, or thrown away something. */
  told(news: EntryNews): void {
    if (!this.#prefix) return;
    if ('gone' in news) {
      this.#forget(news.gone);
    } else {
      if (!this.#isNews(news.entry)) return;
      // Its own tab could not keep it: then whoever sends it does.
      if (this.#wire.leads() && !this.#stands(news.entry)) this.#keep(news.entry);
      this.#put([news.entry]);
    }
    this.pump();
  }

  #isNews(entry: Entry): boolean {
    if (this.#over.has(entry.client_id)) return false;
    const held = this.entries.find((it) => it.client_id === entry.client_id);
    return !held || (held.v ?? 0) < (entry.v ?? 0);
  }

  #stands(entry: Entry): boolean {
    const stands = storage.get(this.#prefix + entry.client_id) !== null;
    if (stands) this.#seen.add(entry.client_id);
    return stands;
  }

  #put(entries: Entry[]): void {
    entries.forEach((it) => this.#stands(it));
    const ids = new Set(entries.map((it) => it.client_id));
    const others = this.entries.filter((it) => !ids.has(it.client_id));
    this.entries = [...others, ...entries].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  #isLeft(entry: Entry): boolean {
    if (!entry.tab || entry.tab === this.#own) return true;
    return Date.now() - Date.parse(entry.created_at) > LEFT_BEHIND;
  }

  of(conversation: Id): Entry[] {
    return this.entries.filter((it) => it.conversation_id === conversation);
  }

  has(clientId: string): boolean {
    return this.entries.some((it) => it.client_id === clientId);
  }

  add(entry: NewEntry): string {
    const client_id = randomId();
    const full: Entry = {
      ...entry,
      text: sendable(entry.text),
      client_id,
      tab: this.#own,
      state: 'waiting',
      created_at: new Date().toISOString(),
    };
    this.entries = [...this.entries, full];
    this.#share(full);
    this.pump();
    return client_id;
  }

  /** Sends the first waiting entry of every conversation that has none under way. */
  pump(): void {
    const busy = new Set(
      this.entries.filter((it) => it.state === 'sending' || it.state === 'conflict').map((it) => it.conversation_id),
    );
    for (const entry of this.entries) {
      if (entry.state !== 'waiting' || busy.has(entry.conversation_id)) continue;
      // The server would close the link on it, again and again: it is put aside, and what follows goes on.
      if (bytesOnWire(entry.text) > FRAME_LIMIT) {
        this.#change(entry.client_id, { state: 'failed', problem: { code: 'text_too_long' } });
        continue;
      }
      busy.add(entry.conversation_id);
      if (this.#wire.send(frameOf(entry))) {
        this.#change(entry.client_id, { state: 'sending', problem: undefined });
        this.#after(entry.client_id, ACK_LIMIT, () => this.#unanswered(entry.client_id));
      }
    }
  }

  /** All tabs hear of it by the feed. */
  acked(clientId: string): void {
    const stored = this.entries.find((it) => it.client_id === clientId) ?? storage.read<Entry>(this.#prefix + clientId);
    if (!stored?.then) return this.#remove(clientId);
    if (this.#goesOn(stored)) {
      this.#remove(clientId);
      return this.#wire.then?.(stored.conversation_id, stored.then);
    }
    // It stays in the browser for the tab that goes on from it, which may not have heard yet.
    this.#forget(clientId);
    this.pump();
  }

  /** What follows a message is asked for once, by the tab that sends it. */
  #goesOn(entry: Entry): boolean {
    if (this.#wire.shared()) return this.#wire.leads();
    return (storage.read<Entry>(this.#prefix + entry.client_id) ?? entry).tab === this.#own;
  }

  refused(clientId: string, problem: ProblemBody): void {
    this.#clear(clientId);
    if (PASSING.has(problem.code ?? '')) {
      this.#change(clientId, { state: 'waiting', problem });
      this.#after(clientId, BUSY_RETRY, () => this.pump());
      return;
    }
    this.#change(clientId, { state: problem.code === 'changed_since' ? 'conflict' : 'failed', problem });
    this.pump();
  }

  /** Something in it is what no answer comes to: others must not wait for it for ever. */
  #unanswered(clientId: string): void {
    const unanswered = (this.entries.find((it) => it.client_id === clientId)?.unanswered ?? 0) + 1;
    this.#change(
      clientId,
      unanswered < PATIENCE ? { unanswered } : { unanswered: 0, state: 'failed', problem: { code: 'no_answer' } },
    );
    this.#wire.restart();
  }

  /** The link is gone: nobody knows what arrived, so all of it goes again, under the same client_id. */
  unlinked(): void {
    for (const entry of this.entries) {
      this.#clear(entry.client_id);
      if (entry.state === 'sending') this.#change(entry.client_id, { state: 'waiting' });
    }
  }

  retry(clientId: string): void {
    // A suggestion that the server no longer knows has died meanwhile; the words go as the operator's own.
    const refused = ['validation', 'conflict'].includes(
      this.entries.find((it) => it.client_id === clientId)?.problem?.code ?? '',
    );
    this.#change(clientId, { state: 'waiting', problem: undefined, ...(refused ? { run_id: undefined } : {}) });
    this.pump();
  }

  /** The operator has seen the other answer: what waits in this conversation is sent on top of it. */
  sendAnyway(clientId: string, seenSeq: number): void {
    const conversation = this.entries.find((it) => it.client_id === clientId)?.conversation_id;
    for (const entry of this.entries) {
      if (entry.conversation_id === conversation && entry.state !== 'sending')
        this.#change(entry.client_id, { seen_seq: seenSeq, run_id: undefined });
    }
    this.retry(clientId);
  }

  discard(clientId: string): void {
    this.#remove(clientId);
    this.#wire.tell({ gone: clientId });
  }

  #remove(clientId: string): void {
    this.#forget(clientId);
    storage.remove(this.#prefix + clientId);
    this.pump();
  }

  #change(clientId: string, change: Partial<Entry>): void {
    this.entries = this.entries.map((it) => {
      if (it.client_id !== clientId) return it;
      const next = { ...it, ...change, v: (it.v ?? 0) + 1 };
      this.#share(next);
      return next;
    });
    if (change.state === 'failed' || change.state === 'conflict') this.#wire.moved?.();
  }

  #forget(clientId: string): void {
    this.#clear(clientId);
    this.#over.add(clientId);
    this.#seen.delete(clientId);
    if (!this.has(clientId)) return;
    this.entries = this.entries.filter((it) => it.client_id !== clientId);
    this.#wire.moved?.();
  }

  /** Something of this conversation is still to be sent, and nothing keeps it from being. */
  isOnItsWay = (conversation: Id): boolean =>
    this.entries.some((it) => it.conversation_id === conversation && (it.state === 'waiting' || it.state === 'sending'));

  #share(entry: Entry): void {
    this.#wire.tell({ entry: this.#keep(entry) });
  }

  /** One storage key per entry: two tabs never overwrite each other's. */
  #keep(entry: Entry): Entry {
    storage.set(this.#prefix + entry.client_id, JSON.stringify(entry));
    this.#seen.add(entry.client_id);
    return entry;
  }

  #after(clientId: string, delay: number, run: () => void): void {
    this.#clear(clientId);
    this.#timers.set(clientId, setTimeout(run, delay));
  }

  #clear(clientId: string): void {
    clearTimeout(this.#timers.get(clientId));
    this.#timers.delete(clientId);
  }
}

const afterBreak = (state: EntryState): EntryState => (state === 'sending' ? 'waiting' : state);

function frameOf(entry: Entry): SendFrame {
  return {
    type: 'send',
    conversation_id: entry.conversation_id,
    client_id: entry.client_id,
    ...(entry.text ? { text: entry.text } : {}),
    ...(entry.note ? { note: true } : {}),
    ...(entry.files.length ? { attachments: entry.files.map((it) => it.id) } : {}),
    ...(entry.reply_to !== undefined ? { reply_to: entry.reply_to } : {}),
    ...(entry.run_id !== undefined ? { run_id: entry.run_id } : {}),
    ...(entry.seen_seq !== undefined && !entry.note ? { seen_seq: entry.seen_seq } : {}),
  };
}
