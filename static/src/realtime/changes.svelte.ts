import { asProblem, Problem } from '../api/problem';
import type { Conversation, Id } from '../api/types';
import { backoff } from '../lib/backoff';
import { randomId } from '../lib/random-id';
import { storage } from '../lib/storage';
import { afterTaken, isPassing, laneOf, settled, type Change, type ChangeNews, type NewChange } from './change';

/** `waiting`: it is kept, and told when it can be. */
export type Outcome = 'done' | 'waiting' | Problem;

/** Whoever asks how it ended is told `waiting` after so long. */
const SOON = 1500;
/** How often a tab that knows nothing of the others looks for what a closed one has left behind, and from when on it is that. */
const LOOK_EVERY = 5000;
const LEFT_BEHIND = 60_000;

type Wire = {
  linked: () => boolean;
  /** The browser's tabs have one queue; else each looks after its own. */
  shared: () => boolean;
  /** Whether this tab tells the server, for all of them or for itself. */
  leads: () => boolean;
  tell: (news: ChangeNews) => void;
  post: (change: Change) => Promise<Conversation | null | undefined>;
  /** What was written in this conversation and is on its way goes before what was done with it. */
  held: (change: Change) => boolean;
  /** Shows it as if it had been done. Answers how to take that back. */
  show: (change: Change) => () => void;
  done: (row: Conversation) => void;
  refused: (change: Change, problem: Problem) => void;
};

/**
 * What the operator has done with conversations and the server has not yet confirmed: shown at once, kept in the browser, told in
 * order by the tab with the socket, again and again until there is an answer. A refusal takes it back.
 */
export class Changes {
  entries = $state.raw<readonly Change[]>([]);
  #prefix = '';
  #over = new Set<string>();
  #shown = new Map<string, () => void>();
  #asked = new Map<string, (outcome: Outcome) => void>();
  /** By lane: what this tab is telling, and which lanes rest after a failure. */
  #underway = new Map<string, string>();
  #resting = new Map<string, ReturnType<typeof setTimeout>>();
  #look: ReturnType<typeof setInterval> | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  /** Grows with each person: what an earlier one has asked comes to nothing here. */
  #era = 0;

  constructor(
    readonly wire: Wire,
    readonly own: string = randomId(),
  ) {}

  open(user: Id): void {
    this.close();
    this.#prefix = `sb.changes.${user}.`;
    this.adopt();
    this.#look = setInterval(() => this.wire.shared() || this.adopt(), LOOK_EVERY);
  }

  close(): void {
    this.#era++;
    clearInterval(this.#look);
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#wake();
    this.#underway.clear();
    for (const it of this.entries) this.#hide(it.id);
    for (const [id] of this.#asked) this.#answer(id, 'waiting');
    this.entries = [];
    this.#prefix = '';
  }

  /** Takes what stands in the browser: all of it where the tabs share it, else what a closed one has left behind. */
  adopt(): void {
    for (const key of this.#prefix ? storage.keys(this.#prefix) : []) {
      const it = storage.read<Change>(key);
      if (!it) storage.remove(key);
      else if (this.wire.shared() || it.tab === this.own || Date.now() - Date.parse(it.created_at) > LEFT_BEHIND) this.#take(it);
    }
    // Told and answered while this tab slept.
    const gone = this.wire.shared() ? this.entries.filter((it) => storage.get(this.#prefix + it.id) === null) : [];
    gone.forEach((it) => this.#end(it.id, 'done'));
    this.pump();
  }

  /** The link is there: what rests after a failure need not rest any more. */
  ready(): void {
    this.#wake();
    this.adopt();
  }

  told(news: ChangeNews): void {
    if (!this.#prefix) return;
    if ('gone' in news) return this.#end(news.gone, 'done', news.row);
    if ('refused' in news) {
      const { status, code, detail, fields, requestId, holder } = news.refusal;
      return this.#refuse(news.refused, new Problem(status, code, detail, fields, requestId, holder));
    }
    // Its own tab could not keep it: then whoever tells it does.
    if (this.wire.leads() && storage.get(this.#prefix + news.put.id) === null && !this.#over.has(news.put.id))
      this.#keep(news.put);
    this.#take(news.put);
    this.pump();
  }

  /** Conversations with something that the server does not know and will not know at once. */
  waiting = $derived.by((): ReadonlySet<Id> => {
    const late = this.entries.filter((it) => it.kind !== 'read' && (it.tries > 0 || !this.wire.linked()));
    return new Set(late.map((it) => it.conversation_id));
  });

  add(change: NewChange): { id: string; outcome: Promise<Outcome> } {
    // Two of the same millisecond have an order, too, also of two tabs.
    this.#last = Math.max(Date.now(), this.#last + 1);
    const created_at = new Date(this.#last).toISOString();
    const full: Change = { ...change, id: randomId(), created_at, tries: 0, tab: this.own, v: 0 };
    const outcome = new Promise<Outcome>((answer) => {
      this.#asked.set(full.id, answer);
      setTimeout(() => this.#answer(full.id, 'waiting'), SOON);
    });
    this.#share(full);
    this.pump();
    if (!this.wire.linked()) this.#answer(full.id, 'waiting');
    return { id: full.id, outcome };
  }

  /** Tells the first of every lane that has none under way. */
  pump(): void {
    if (!this.#prefix || !this.wire.linked() || !this.wire.leads()) return;
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
    for (const it of left) if (!queue.includes(it)) this.#share(it);
    for (const it of queue) if (!left.some((other) => other.id === it.id)) this.#finish(it.id);
    return left;
  }

  async #send(next: Change): Promise<void> {
    const lane = laneOf(next);
    const era = this.#era;
    this.#underway.set(lane, next.id);
    // Kept before it goes: should this tab end meanwhile, the next one knows that the server may have it.
    const it = next.sent || next.kind === 'read' ? next : { ...next, sent: true, v: next.v + 1 };
    if (it !== next) this.#share(it);
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
    else if (isPassing(problem.status)) this.#rest(it, lane);
    else this.#refused(it, problem);
    this.pump();
  }

  #rest(it: Change, lane: string): void {
    if (!this.#over.has(it.id)) this.#share({ ...it, tries: it.tries + 1, v: it.v + 1 });
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
    if (after !== 'refused') return this.#share(after);
    const { status, code, detail, fields, requestId, holder } = problem;
    this.wire.tell({ refused: it, refusal: { status, code, detail, fields, requestId, holder } });
    this.#refuse(it, problem);
  }

  #refuse(it: Change, problem: Problem): void {
    if (this.#over.has(it.id)) return;
    this.#end(it.id, problem);
    // Where it was made, and where somebody looks, should that page be gone.
    if (it.tab === this.own || !document.hidden) this.wire.refused(it, problem);
  }

  #finish(id: string, row?: Conversation): void {
    this.wire.tell({ gone: id, ...(row ? { row } : {}) });
    this.#end(id, 'done', row);
  }

  #end(id: string, outcome: Outcome, row?: Conversation): void {
    const it = this.entries.find((other) => other.id === id);
    this.#over.add(id);
    storage.remove(this.#prefix + id);
    // What the server has answered comes before the mere hope goes: nothing flickers.
    if (it && row) this.wire.done(row);
    this.#hide(id);
    if (it) this.entries = this.entries.filter((other) => other.id !== id);
    this.#answer(id, outcome);
  }

  #take(it: Change): void {
    const held = this.entries.find((other) => other.id === it.id);
    if (this.#over.has(it.id) || (held && held.v >= it.v)) return;
    this.#last = Math.max(this.#last, Date.parse(it.created_at));
    const others = this.entries.filter((other) => other.id !== it.id);
    this.entries = [...others, it].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
    if (!this.#shown.has(it.id)) this.#shown.set(it.id, this.wire.show(it));
    if (it.tries > 0) this.#answer(it.id, 'waiting');
  }

  #share(it: Change): void {
    this.#keep(it);
    this.#take(it);
    this.wire.tell({ put: it });
  }

  /** One storage key each: two tabs never overwrite each other's. */
  #keep(it: Change): void {
    if (this.#prefix) storage.set(this.#prefix + it.id, JSON.stringify(it));
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
  }
}
