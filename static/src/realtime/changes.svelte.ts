import { asProblem, Problem } from '../api/problem';
import type { Conversation, Id } from '../api/types';
import { backoff } from '../lib/backoff';
import { randomId } from '../lib/random-id';
import { afterTaken, isPassing, laneOf, settled, type Change, type ChangeNews, type NewChange } from './change-rules';
import { KeptQueue, type KeptWire } from './kept.svelte';

/** `waiting`: it is kept, and told when it can be. */
export type Outcome = 'done' | 'waiting' | Problem;

/** Whoever asks how it ended is told `waiting` after so long. */
const SOON = 1500;
/** So many times the same change may go in vain on a link that holds before it is taken for refused: others must not wait for it for ever. */
const PATIENCE = 10;
/** Nobody meant a status for what a conversation has become since. */
const TOO_OLD = 24 * 3600_000;

type Wire = KeptWire & {
  linked: () => boolean;
  tell: (news: ChangeNews) => void;
  post: (change: Change) => Promise<Conversation | null | undefined>;
  /** What was written in this conversation before it and is on its way goes before it. */
  held: (change: Change) => boolean;
  /** Shows it as if it had been done. Answers how to take that back. */
  show: (change: Change) => () => void;
  done: (row: Conversation) => void;
  refused: (change: Change, problem: Problem) => void;
  /** One of them may be over: what waits for it can go. */
  moved?: () => void;
};

/**
 * What the operator has done with conversations and the server has not yet confirmed: shown at once, kept in the browser, told in
 * order by the tab with the socket, again and again until there is an answer. A refusal takes it back.
 */
export class Changes extends KeptQueue<Change, Wire> {
  #shown = new Map<string, () => void>();
  #asked = new Map<string, (outcome: Outcome) => void>();
  /** By lane: what this tab is telling, and which lanes rest after a failure. */
  #underway = new Map<string, string>();
  #resting = new Map<string, ReturnType<typeof setTimeout>>();
  /** So often each went in vain since the link is there. */
  #vain = new Map<string, number>();
  #due: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each person: what an earlier one has asked comes to nothing here. */
  #era = 0;

  constructor(wire: Wire, own?: string) {
    super('changes', wire, own);
  }

  protected override idOf(it: Change): string {
    return it.id;
  }

  override close(): void {
    this.#era++;
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#wake();
    this.#underway.clear();
    for (const it of this.entries) this.#hide(it.id);
    for (const [id] of this.#asked) this.#answer(id, 'waiting');
    super.close();
  }

  override adopt(): void {
    super.adopt();
    if (!this.wire.leads()) return;
    for (const it of this.entries) if (this.#isTooOld(it)) this.#refused(it, new Problem(0, 'too_late', ''));
  }

  #isTooOld = (it: Change): boolean =>
    it.kind === 'status' && Date.now() - Date.parse(it.created_at) > TOO_OLD && this.#underway.get(laneOf(it)) !== it.id;

  /** The link is there, or this tab has it now: what rests after a failure need not rest any more. */
  ready(): void {
    this.#wake();
    this.adopt();
    this.pump();
  }

  told(news: ChangeNews): void {
    if ('put' in news) return this.hear(news.put);
    if (!this.isOpen) return;
    if ('gone' in news) this.#end(news.gone, 'done', news.row);
    else this.#refuse(news.refused, Problem.from(news.told.status, news.told.body, news.told.requestId));
    this.pump();
  }

  protected override announce(put: Change): void {
    this.wire.tell({ put });
  }

  protected override missed(id: string): void {
    this.#end(id, 'done');
  }

  /** What was done, and the server does not know. That something was read is of no weight. */
  acts = $derived(this.entries.filter((it) => it.kind !== 'read'));

  /** Conversations with something that the server does not know and will not know at once. */
  waiting = $derived.by((): ReadonlySet<Id> => {
    const late = this.acts.filter((it) => it.tries > 0 || !this.wire.linked());
    return new Set(late.map((it) => it.conversation_id));
  });

  add(change: NewChange): { id: string; outcome: Promise<Outcome> } {
    const full = this.made({ ...change, id: randomId(), tries: 0, v: 0 });
    const outcome = new Promise<Outcome>((answer) => {
      this.#asked.set(full.id, answer);
      setTimeout(() => this.#answer(full.id, 'waiting'), SOON);
    });
    this.share(full);
    this.pump();
    if (!this.wire.linked()) this.#answer(full.id, 'waiting');
    return { id: full.id, outcome };
  }

  /** Something that was decided of this conversation before, or after, stands here. */
  decided(conversation: Id, when: (created_at: string) => boolean): boolean {
    return this.entries.some((it) => it.kind === 'status' && it.conversation_id === conversation && when(it.created_at));
  }

  /** Tells the first of every lane that has none under way. */
  pump(): void {
    if (this.isOpen && this.wire.linked() && this.wire.leads()) this.#tell();
    this.wire.moved?.();
  }

  #tell(): void {
    const lanes = new Map<string, Change[]>();
    for (const it of this.entries) lanes.set(laneOf(it), [...(lanes.get(laneOf(it)) ?? []), it]);
    let due = Infinity;
    for (const [lane, queue] of lanes) {
      const left = this.#settle(queue, this.#underway.get(lane));
      const [next] = left;
      if (!next || this.#underway.has(lane) || this.#resting.has(lane) || this.wire.held(next)) continue;
      if ((next.due ?? 0) > Date.now()) due = Math.min(due, next.due ?? 0);
      else void this.#send(next);
    }
    clearTimeout(this.#due);
    if (due < Infinity) this.#due = setTimeout(() => this.pump(), due - Date.now());
  }

  #settle(queue: readonly Change[], underway: string | undefined): Change[] {
    const left = settled(queue, underway);
    for (const it of left) if (!queue.includes(it)) this.share(it);
    for (const it of queue) if (!left.some((other) => other.id === it.id)) this.#finish(it.id);
    return left;
  }

  async #send(next: Change): Promise<void> {
    const lane = laneOf(next);
    const era = this.#era;
    this.#underway.set(lane, next.id);
    // Kept before it goes: should this tab end meanwhile, the next one knows that the server may have it.
    const it = next.sent || next.kind === 'read' ? next : { ...next, sent: true, v: next.v + 1 };
    if (it !== next) this.share(it);
    let row: Conversation | undefined;
    let problem: Problem | null = null;
    try {
      row = (await this.wire.post(it)) ?? undefined;
    } catch (error) {
      problem = asProblem(error);
    }
    // Nobody is signed in any more, or somebody else: it stands in the browser until its owner comes back.
    if (era !== this.#era) return;
    this.#underway.delete(lane);
    if (!problem) this.#finish(it.id, row);
    else if (isPassing(problem.status) && !this.#isInVain(it.id)) this.#rest(it, lane);
    else this.#refused(it, problem);
    this.pump();
  }

  #isInVain(id: string): boolean {
    if (!this.wire.linked()) return false;
    const times = (this.#vain.get(id) ?? 0) + 1;
    this.#vain.set(id, times);
    return times >= PATIENCE;
  }

  #rest(it: Change, lane: string): void {
    if (!this.over.has(it.id)) this.share({ ...it, tries: it.tries + 1, v: it.v + 1 });
    this.#answer(it.id, 'waiting');
    const timer = setTimeout(() => {
      this.#resting.delete(lane);
      this.pump();
    }, backoff(it.tries));
    this.#resting.set(lane, timer);
  }

  #refused(it: Change, problem: Problem): void {
    const after = problem.code === 'taken' ? afterTaken(it, problem.holder?.id ?? null) : 'refused';
    if (after === null) return this.#finish(it.id);
    if (after !== 'refused') return this.share(after);
    this.wire.tell({ refused: it, told: problem.told });
    this.#refuse(it, problem);
  }

  #refuse(it: Change, problem: Problem): void {
    if (this.over.has(it.id)) return;
    this.#end(it.id, problem);
    // Where it was made, and where somebody looks, should that page be gone.
    if (it.tab === this.own || !document.hidden) this.wire.refused(it, problem);
  }

  #finish(id: string, row?: Conversation): void {
    this.wire.tell({ gone: id, ...(row ? { row } : {}) });
    this.#end(id, 'done', row);
  }

  #end(id: string, outcome: Outcome, row?: Conversation): void {
    // What the server has answered comes before the mere hope goes: nothing flickers.
    if (row && this.has(id)) this.wire.done(row);
    this.#hide(id);
    this.forget(id);
    this.erase(id);
    this.#vain.delete(id);
    this.#answer(id, outcome);
  }

  protected override take(it: Change): boolean {
    if (!super.take(it)) return false;
    if (!this.#shown.has(it.id)) this.#shown.set(it.id, this.wire.show(it));
    if (it.tries > 0) this.#answer(it.id, 'waiting');
    return true;
  }

  #hide(id: string): void {
    this.#shown.get(id)?.();
    this.#shown.delete(id);
  }

  #answer(id: string, outcome: Outcome): void {
    this.#asked.get(id)?.(outcome);
    this.#asked.delete(id);
  }

  #wake(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#vain.clear();
  }
}
