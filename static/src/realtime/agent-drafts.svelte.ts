import { SvelteMap } from 'svelte/reactivity';
import type { Id } from '../api/types';
import type { DraftFrame } from './frames';

/** A turn ends within 30 s; a draft whose end was lost goes after this. */
const TTL = 35_000;
/** Of so many conversations it is known which turn is over; a frame comes late by seconds, not by hundreds of turns. */
export const MOST_OVER = 500;
export type AgentDraft = { run_id: Id; n: number; text: string };

/** What the agent has written so far, by conversation: it grows on the screen and ends as a message, a suggestion or nothing. */
export class AgentDrafts {
  #drafts = new SvelteMap<Id, AgentDraft>();
  /** The newest turn that is over: its late frames bring nothing back. */
  #over = new Map<Id, Id>();
  #timers = new Map<Id, ReturnType<typeof setTimeout>>();

  of = (conversation: Id): AgentDraft | undefined => this.#drafts.get(conversation);

  take(frame: DraftFrame): void {
    const { conversation_id: conversation, run_id } = frame;
    const known = this.#drafts.get(conversation);
    if (run_id <= (this.#over.get(conversation) ?? 0) || (known && known.run_id > run_id)) return;
    if ('done' in frame) {
      this.#end(conversation, run_id);
      return this.#drop(conversation);
    }
    if (known && known.run_id === run_id && known.n >= frame.n) return;
    this.#drafts.set(conversation, { run_id, n: frame.n, text: frame.text });
    clearTimeout(this.#timers.get(conversation));
    this.#timers.set(
      conversation,
      setTimeout(() => this.#drop(conversation), TTL),
    );
  }

  /** Somebody has answered: what was growing is over. */
  end(conversation: Id): void {
    const known = this.#drafts.get(conversation);
    if (!known) return;
    this.#end(conversation, known.run_id);
    this.#drop(conversation);
  }

  forget(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#drafts.clear();
  }

  #end(conversation: Id, run: Id): void {
    this.#over.delete(conversation);
    this.#over.set(conversation, run);
    for (const old of this.#over.keys()) {
      if (this.#over.size <= MOST_OVER) break;
      this.#over.delete(old);
    }
  }

  /** How many conversations it remembers something of. */
  get remembered(): number {
    return this.#over.size + this.#drafts.size;
  }

  #drop(conversation: Id): void {
    clearTimeout(this.#timers.get(conversation));
    this.#timers.delete(conversation);
    this.#drafts.delete(conversation);
  }
}
