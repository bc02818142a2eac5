import { asProblem, Problem, type Told } from '../api/problem';
import type { Id } from '../api/types';
import { backoff } from '../lib/backoff';
import { randomId } from '../lib/random-id';
import {
  afterTaken,
  isPassing,
  laneOf,
  settled,
  type Change,
  type Changed,
  type ChangeNews,
  type NewChange,
} from './change-rules';
import { KeptQueue, stamp, type KeptWire } from './kept.svelte';

/** `waiting`: it is kept, and told when it can be. */
export type Outcome = 'done' | 'waiting' | Problem;

/** Whoever asks how it ended is told `waiting` after so long. */
const SOON = 1500;
/** So many times the same change may go in vain on a link that holds before somebody has to decide: others must not wait for it for ever. */
const PATIENCE = 10;
/** Nobody meant a status for what a conversation has become since. */
const TOO_OLD = 24 * 3600_000;

type Wire = KeptWire & {
  linked: () => boolean;
  tell: (news: ChangeNews) => void;
  post: (change: Change) => Promise<Changed | null | undefined>;
  /** What was written in this conversation before it and is on its way goes before it. */
  held: (change: Change) => boolean;
  /** Shows it as if it had been done. Answers how to take that back. */
  show: (change: Change) => () => void;
  done: (change: Change, row: Changed) => void;
  /** It will not be, or, where it is stuck, not by itself. `heard`: whoever asked for it has been told. */
  refused: (change: Change, problem: Problem, heard: boolean) => void;
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

  #isTooOld = (it: Change): boolean =>
    it.kind === 'status' &&
    !it.stuck &&
    Date.now() - Date.parse(it.created_at) > TOO_OLD &&
    this.#underway.get(laneOf(it)) !== it.id;

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

  /** Those that the server will not know at once, and those that go no further. */
  late = $derived(this.acts.filter((it) => !it.stuck && (it.tries > 0 || !this.wire.linked())));
  stuck = $derived(this.acts.filter((it) => it.stuck));

  /** The conversations of these. */
  waiting = $derived(conversations(this.late));
  failed = $derived(conversations(this.stuck));

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
    return this.entries.some(
      (it) => it.kind === 'status' && !it.stuck && it.conversation_id === conversation && when(it.created_at),
    );
  }

  /** It is told after all, as what is wanted now. */
  retry(id: string): void {
    const it = this.entries.find((other) => other.id === id);
    if (it) this.share({ ...it, stuck: undefined, from: undefined, created_at: stamp(), tries: 0, v: it.v + 1 });
    this.pump();
  }

  /** It is wanted no more. */
  discard(id: string): void {
    this.#finish(id);
    this.pump();
  }

  /** Tells the first of every lane that has none under way. */
  pump(): void {
    if (this.isOpen && this.wire.linked() && this.wire.leads()) this.#tell();
    this.wire.moved?.();
  }

  #tell(): void {
    for (const it of this.entries) if (this.#isTooOld(it)) this.#stick(it, new Problem(0, 'too_late', ''));
    const lanes = new Map<string, Change[]>();
    for (const it of this.entries) lanes.set(laneOf(it), [...(lanes.get(laneOf(it)) ?? []), it]);
    let due = Infinity;
    for (const [lane, queue] of lanes) {
      const next = this.#settle(queue, this.#underway.get(lane)).find((it) => !it.stuck);
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
    let row: Changed | undefined;
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
    else if (it.kind !== 'read' && (isPassing(problem.status) || problem.code === 'changed_since')) this.#stick(it, problem);
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

  #stick(it: Change, problem: Problem): void {
    if (!this.over.has(it.id)) this.share({ ...it, stuck: problem.told, v: it.v + 1 });
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
    this.#say(it, problem, this.#end(it.id, problem));
  }

  /** Where it was made, and where somebody looks, should that page be gone. */
  #say(it: Change, problem: Problem, heard: boolean): void {
    if (it.tab === this.own || !document.hidden) this.wire.refused(it, problem, heard);
  }

  #finish(id: string, row?: Changed): void {
    this.wire.tell({ gone: id, ...(row ? { row } : {}) });
    this.#end(id, 'done', row);
  }

  #end(id: string, outcome: Outcome, row?: Changed): boolean {
    const it = this.entries.find((other) => other.id === id);
    // What the server has answered comes before the mere hope goes: nothing flickers.
    if (row && it) this.wire.done(it, row);
    this.#hide(id);
    this.forget(id);
    this.erase(id);
    this.#vain.delete(id);
    return this.#answer(id, outcome);
  }

  protected override take(it: Change): boolean {
    const before = this.entries.find((other) => other.id === it.id);
    if (!super.take(it)) return false;
    if (it.stuck) this.#held(it, it.stuck, before);
    else if (!this.#shown.has(it.id)) this.#shown.set(it.id, this.wire.show(it));
    if (before?.stuck && !it.stuck) this.#vain.delete(it.id);
    if (it.tries > 0) this.#answer(it.id, 'waiting');
    return true;
  }

  /** It goes no further: what is shown is what is. It is said once, and stands where it was made until somebody decides. */
  #held(it: Change, { status, body, requestId }: Told, before: Change | undefined): void {
    this.#hide(it.id);
    const problem = Problem.from(status, body, requestId);
    const heard = this.#answer(it.id, problem);
    if (before && !before.stuck) this.#say(it, problem, heard);
  }

  #hide(id: string): void {
    this.#shown.get(id)?.();
    this.#shown.delete(id);
  }

  /** False: nobody waits for it. */
  #answer(id: string, outcome: Outcome): boolean {
    this.#asked.get(id)?.(outcome);
    return this.#asked.delete(id);
  }

  #wake(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#vain.clear();
  }
}

const conversations = (all: readonly Change[]): ReadonlySet<Id | undefined> => new Set(all.map((it) => it.conversation_id));
