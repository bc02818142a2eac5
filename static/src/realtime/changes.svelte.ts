import { asProblem, Problem, type Told } from '../api/problem';
import type { Id } from '../api/types';
import { backoff } from '../lib/backoff';
import { randomId } from '../lib/random-id';
import { Askers, type Asked, type Outcome } from './asked';
import { isPassing, type Change, type Changed, type ChangeNews, type NewChange } from './change-rules';
import { KeptQueue, type KeptWire } from './kept.svelte';
import { conversationsOf, inLanes, Lanes } from './lanes';
import { afterTaken, settled } from './last-word';

/** Nobody meant a status for what a conversation has become since. */
const TOO_OLD = 24 * 3600_000;
/** What has gone in vain so often holds back no message. */
const HELD_UP = 2;

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
  #asked = new Askers();
  #lanes = new Lanes();
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
    this.#lanes.clear();
    for (const it of this.entries) this.#hide(it.id);
    this.#asked.close();
    super.close();
  }

  #isTooOld = (it: Change): boolean =>
    it.kind === 'status' && !it.stuck && Date.now() - Date.parse(it.created_at) > TOO_OLD && !this.#lanes.isTelling(it);

  /** The link is there, or this tab has it now: what rests after a failure need not rest any more. */
  ready(): void {
    this.#lanes.wake();
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

  protected override goes(it: Change): boolean {
    return !it.stuck;
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
  waiting = $derived(conversationsOf(this.late));
  failed = $derived(conversationsOf(this.stuck));

  add(change: NewChange): Asked {
    const id = randomId();
    const { note, client_id = note === undefined ? undefined : id } = change.body;
    const body = client_id === undefined ? change.body : { ...change.body, client_id };
    const full = this.made({ ...change, body, id, tries: 0, v: 0 });
    const asked = this.#asked.ask(id);
    this.share(full);
    this.pump();
    if (!this.wire.linked()) this.#asked.waits(id);
    return asked;
  }

  /** Something that was decided of this conversation before, or after, stands here. */
  decided(conversation: Id, when: (created_at: string) => boolean): boolean {
    return this.#decided(conversation, (it) => when(it.created_at));
  }

  /** What was written then waits for it; not for one that the server does not take. */
  holdsBack(conversation: Id, created_at: string): boolean {
    return this.#decided(conversation, (it) => it.created_at < created_at && it.tries < HELD_UP);
  }

  #decided = (conversation: Id, fits: (it: Change) => boolean): boolean =>
    this.entries.some((it) => it.kind === 'status' && !it.stuck && it.conversation_id === conversation && fits(it));

  /** It is told after all, as what is wanted now; of an assignment, from whoever has it by what was shown. */
  retry(id: string, from?: Id | null): void {
    const it = this.entries.find((other) => other.id === id);
    if (!it) return;
    const body = from === undefined ? it.body : { ...it.body, if_assignee: from };
    this.share({ ...it, body, stuck: undefined, from: undefined, created_at: this.stamp(), tries: 0, v: it.v + 1 });
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
    let due = Infinity;
    for (const [lane, queue] of inLanes(this.entries)) {
      const next = this.#settle(queue, this.#lanes.underway(lane)).find((it) => !it.stuck);
      if (!next || !this.#lanes.isFree(lane) || this.wire.held(next)) continue;
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
    const era = this.#era;
    this.#lanes.begin(next);
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
    this.#lanes.end(it);
    if (!problem) this.#finish(it.id, row);
    else if (isPassing(problem.status) && !this.#isInVain(it)) this.#rest(it);
    else if (it.kind !== 'read' && (isPassing(problem.status) || problem.code === 'changed_since')) this.#stick(it, problem);
    else this.#refused(it, problem);
    this.pump();
  }

  #isInVain = (it: Change): boolean => this.wire.linked() && this.#lanes.isInVain(it.id);

  #rest(it: Change): void {
    if (!this.over.has(it.id)) this.share({ ...it, tries: it.tries + 1, v: it.v + 1 });
    this.#asked.waits(it.id);
    this.#lanes.rest(it, backoff(it.tries), () => this.pump());
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
    this.#lanes.forget(id);
    return this.#asked.answer(id, outcome);
  }

  protected override take(it: Change): boolean {
    const before = this.entries.find((other) => other.id === it.id);
    if (!super.take(it)) return false;
    if (it.stuck) this.#held(it, it.stuck, before);
    else if (!this.#shown.has(it.id)) this.#shown.set(it.id, this.wire.show(it));
    if (before?.stuck && !it.stuck) this.#lanes.forget(it.id);
    if (it.tries > 0) this.#asked.waits(it.id);
    return true;
  }

  /** It goes no further: what is shown is what is. It is said once, and stands where it was made until somebody decides. */
  #held(it: Change, { status, body, requestId }: Told, before: Change | undefined): void {
    this.#hide(it.id);
    const problem = Problem.from(status, body, requestId);
    const heard = this.#asked.answer(it.id, problem);
    if (before && !before.stuck) this.#say(it, problem, heard);
  }

  #hide(id: string): void {
    this.#shown.get(id)?.();
    this.#shown.delete(id);
  }
}
