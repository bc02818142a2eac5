/** Either answers false where it cannot be any more: then it is no step either. */
export type Step = { label: string; undo: () => unknown; redo: () => unknown };
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

  holds = (part: Step): boolean => this.#of(part) !== undefined;

  /** It has come to nothing: there is nothing to take back. */
  drop(part: Step): void {
    const step = this.#of(part);
    this.#done = this.#done.filter((it) => it !== step);
  }

  /** It could not be taken back: it is still done. */
  restore(part: Step): void {
    const step = this.#undone.find((it) => it.parts.includes(part));
    if (!step) return;
    this.#undone = this.#undone.filter((it) => it !== step);
    this.#done = [...this.#done, step];
  }

  /** The newest, or the one that this belongs to. Answers what was taken back, to be said. */
  undo(part?: Step): string | null {
    const step = part ? this.#of(part) : this.#done.at(-1);
    if (!step || this.#busy) return null;
    let undone = false;
    this.#quietly(() => step.parts.toReversed().forEach((it) => (undone = it.undo() !== false || undone)));
    this.#done = this.#done.filter((it) => it !== step);
    if (undone) this.#undone = [...this.#undone, step];
    return step.label;
  }

  redo(): string | null {
    const step = this.#undone.at(-1);
    if (!step || this.#busy) return null;
    let redone = false;
    this.#quietly(() => step.parts.forEach((it) => (redone = it.redo() !== false || redone)));
    this.#undone = this.#undone.slice(0, -1);
    if (!redone) return step.label;
    this.#done = [...this.#done, step];
    this.seal();
    return step.label;
  }

  clear(): void {
    this.#done = this.#undone = [];
  }

  #of = (part: Step): Kept | undefined => this.#done.find((it) => it.parts.includes(part));

  #quietly(run: () => void): void {
    this.#busy = true;
    try {
      run();
    } finally {
      this.#busy = false;
    }
  }
}
