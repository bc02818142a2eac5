export type Step = { label: string; undo: () => void; redo: () => void };
type Kept = { label: string; gesture: unknown; parts: Step[] };
export const MOST_STEPS = 200;

/** What can be taken back and done again, newest last. One gesture is one step, however many changes it makes. */
export class UndoStack {
  #done = $state.raw<readonly Kept[]>([]);
  #undone = $state.raw<readonly Kept[]>([]);
  /** A change made by taking one back is no step of its own. */
  #busy = false;

  get undoLabel(): string | null {
    return this.#done.at(-1)?.label ?? null;
  }
  get redoLabel(): string | null {
    return this.#undone.at(-1)?.label ?? null;
  }

  /** To be called when the change has been made. Changes of one `gesture` (a drag, a word being typed) that follow each other are one step. */
  push(step: Step, gesture: unknown = undefined): void {
    if (this.#busy) return;
    const last = this.#done.at(-1);
    const same = last && gesture !== undefined && last.gesture === gesture && this.#undone.length === 0;
    if (same) this.#done = [...this.#done.slice(0, -1), { ...last, parts: [...last.parts, step] }];
    else this.#done = [...this.#done, { label: step.label, gesture, parts: [step] }].slice(-MOST_STEPS);
    this.#undone = [];
  }

  /** What comes next is a step of its own, even of the same gesture. */
  seal(): void {
    const last = this.#done.at(-1);
    if (last) this.#done = [...this.#done.slice(0, -1), { ...last, gesture: undefined }];
  }

  /** Answers what was taken back, to be said. */
  undo(): string | null {
    const step = this.#done.at(-1);
    if (!step || this.#busy) return null;
    this.#quietly(() => step.parts.toReversed().forEach((it) => it.undo()));
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, step];
    return step.label;
  }

  redo(): string | null {
    const step = this.#undone.at(-1);
    if (!step || this.#busy) return null;
    this.#quietly(() => step.parts.forEach((it) => it.redo()));
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, step];
    this.seal();
    return step.label;
  }

  clear(): void {
    this.#done = this.#undone = [];
  }

  #quietly(run: () => void): void {
    this.#busy = true;
    try {
      run();
    } finally {
      this.#busy = false;
    }
  }
}
