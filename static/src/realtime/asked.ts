import type { Problem } from '../api/problem';

/** `waiting`: it is kept, and told when it can be. */
export type Outcome = 'done' | 'waiting' | Problem;
export type Asked = {
  id: string;
  /** How it ended, or `waiting` where that takes too long to wait for it. */
  outcome: Promise<Outcome>;
  /** How it ended; `waiting` only where this page does not hear of it. */
  ended: Promise<Outcome>;
};

/** Whoever asks how it ended is told `waiting` after so long. */
const SOON = 1500;

type Answer = (outcome: Outcome) => void;

/** Those who have done something on this page and are to hear how it ended. */
export class Askers {
  #soon = new Map<string, Answer>();
  #end = new Map<string, Answer>();

  ask(id: string): Asked {
    const outcome = new Promise<Outcome>((answer) => {
      this.#soon.set(id, answer);
      setTimeout(() => this.waits(id), SOON);
    });
    const ended = new Promise<Outcome>((answer) => void this.#end.set(id, answer));
    return { id, outcome, ended };
  }

  waits(id: string): void {
    this.#soon.get(id)?.('waiting');
    this.#soon.delete(id);
  }

  /** False: nobody waits for it any more. */
  answer(id: string, outcome: Outcome): boolean {
    this.#end.get(id)?.(outcome);
    this.#end.delete(id);
    this.#soon.get(id)?.(outcome);
    return this.#soon.delete(id);
  }

  close(): void {
    for (const id of [...this.#end.keys()]) this.answer(id, 'waiting');
  }
}
