import type { Id, Status, Uploaded } from '../api/types';
import { randomId } from '../lib/random-id';
import { bytesOnWire, FRAME_LIMIT, sendable } from '../lib/sendable';
import type { ProblemBody, SendFrame } from './frames';
import { KeptQueue, type Kept, type KeptWire } from './kept.svelte';

export type Then = { status: Status; until?: string };

/** `conflict`: somebody else answered meanwhile and the operator has to say whether to send all the same. */
export type EntryState = 'waiting' | 'sending' | 'failed' | 'conflict';
export type Entry = Kept & {
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
  /** What becomes of the conversation once the message is stored. */
  then?: Then;
  /** How often it went out on a link that held, and no answer came. */
  unanswered?: number;
};
/** What one tab tells the others of an entry. */
export type EntryNews = { entry: Entry } | { gone: string };
export type NewEntry = Pick<Entry, 'conversation_id' | 'text' | 'note' | 'files' | 'reply_to' | 'seen_seq' | 'run_id' | 'then'>;

const ACK_LIMIT = 12_000;
const BUSY_RETRY = 2500;
/** So many times the same message may go without an answer before it is put aside. */
const PATIENCE = 3;
const PASSING = new Set(['rate_limited', 'overloaded', 'offline']);

type Wire = KeptWire & {
  /** False = it is not gone, or another tab's to send. */
  send: (frame: SendFrame) => boolean;
  restart: () => void;
  tell: (news: EntryNews) => void;
  /** What was done with this conversation before it was written goes before it. */
  held?: (entry: Entry) => boolean;
  /** The message is stored: its conversation goes on as was asked, and when. */
  then?: (conversation: Id, then: Then, asked: string) => void;
  /** One of them is under way no more, or goes no further. */
  moved?: () => void;
};

/**
 * What the operator has sent and the server has not yet confirmed. It survives a reload and goes out again with the same client_id,
 * so the server stores it once however often it is sent. One message per conversation is under way at a time: order is kept.
 */
export class Outbox extends KeptQueue<Entry, Wire> {
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(wire: Wire, own?: string) {
    super('outbox', wire, own);
  }

  protected override idOf(it: Entry): string {
    return it.client_id;
  }

  /** Nothing is owed to whoever is gone: the next one's link is not cut for it. */
  override close(): void {
    for (const id of [...this.#timers.keys()]) this.#clear(id);
    super.close();
  }

  protected override inherited(it: Entry): Entry {
    return { ...super.inherited(it), state: it.state === 'sending' ? 'waiting' : it.state };
  }

  /** This tab has the socket now: all that waits is its to send, and what was under way by another way goes again. */
  lead(): void {
    this.adopt();
    // Stored, and the tab that was to go on from there is gone.
    for (const id of this.over) if (this.stored(id)?.then) this.acked(id);
    this.unlinked();
  }

  /** Another tab has written, sent, or thrown away something. */
  told(news: EntryNews): void {
    if ('entry' in news) return this.hear(news.entry);
    this.missed(news.gone);
    this.pump();
  }

  protected override announce(entry: Entry): void {
    this.wire.tell({ entry });
  }

  protected override goes({ state }: Entry): boolean {
    return state === 'waiting' || state === 'sending';
  }

  of(conversation: Id): Entry[] {
    return this.entries.filter((it) => it.conversation_id === conversation);
  }

  add(entry: NewEntry): string {
    const full = this.made({ ...entry, text: sendable(entry.text), client_id: randomId(), state: 'waiting' as const });
    this.share(full);
    this.pump();
    return full.client_id;
  }

  /** Sends what can be sent. The next is looked for anew each time: what the one before sets off may have sent it. */
  pump(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      const { client_id, text } = next;
      // The server would close the link on it, again and again: it is put aside, and what follows goes on.
      if (bytesOnWire(text) > FRAME_LIMIT) {
        this.#change(client_id, { state: 'failed', problem: { code: 'text_too_long' } });
        continue;
      }
      if (!this.wire.send(frameOf(next))) return;
      this.#change(client_id, { state: 'sending', problem: undefined });
      this.#after(client_id, ACK_LIMIT, () => this.#unanswered(client_id));
    }
  }

  /** The first that waits in a conversation that has none under way. */
  #next(): Entry | undefined {
    const busy = new Set(
      this.entries.filter((it) => it.state === 'sending' || it.state === 'conflict').map((it) => it.conversation_id),
    );
    return this.entries.find((it) => {
      if (it.state !== 'waiting' || busy.has(it.conversation_id)) return false;
      busy.add(it.conversation_id);
      return !this.wire.held?.(it);
    });
  }

  /** All tabs hear of it by the feed. */
  acked(clientId: string): void {
    const stored = this.entries.find((it) => it.client_id === clientId) ?? this.stored(clientId);
    if (!stored?.then) return this.#remove(clientId);
    if (this.#goesOn(stored)) {
      // While it is still held to be on its way: what was decided after it has not gone out yet.
      this.wire.then?.(stored.conversation_id, stored.then, stored.created_at);
      return this.#remove(clientId);
    }
    // It stays in the browser for the tab that goes on from it, which may not have heard yet.
    this.missed(clientId);
    this.pump();
  }

  /** What follows a message is asked for once, by the tab that sends it. */
  #goesOn(entry: Entry): boolean {
    if (this.wire.shared()) return this.wire.leads();
    return (this.stored(entry.client_id) ?? entry).tab === this.own;
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
    this.wire.restart();
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
    this.wire.tell({ gone: clientId });
  }

  #remove(clientId: string): void {
    this.missed(clientId);
    this.erase(clientId);
    this.pump();
  }

  #change(clientId: string, change: Partial<Entry>): void {
    const it = this.entries.find((other) => other.client_id === clientId);
    if (it) this.share({ ...it, ...change, v: (it.v ?? 0) + 1 });
    if (change.state === 'failed' || change.state === 'conflict') this.wire.moved?.();
  }

  protected override missed(clientId: string): void {
    this.#clear(clientId);
    if (this.forget(clientId)) this.wire.moved?.();
  }

  /** Something that was written in this conversation by then is still to be sent, and nobody has to decide first. */
  isOnItsWay(conversation: Id, by: string): boolean {
    const all = this.of(conversation);
    return all.some((it) => this.goes(it) && it.created_at <= by) && !all.some((it) => it.state === 'conflict');
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
