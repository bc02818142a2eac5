import type { Numbered } from './cursor';

const MOST = 256;

/** The last durable frames, for a tab that has missed some. Every tab keeps its own: any of them may lead next. */
export class Ring {
  #frames: Numbered[] = [];

  put(frame: Numbered): void {
    if (typeof frame.seq !== 'number') return;
    this.#frames.push(frame);
    if (this.#frames.length > MOST * 2) this.#frames = this.#frames.slice(-MOST);
  }

  clear(): void {
    this.#frames = [];
  }

  /** What came after this one, whole; null = it does not reach back so far. */
  after(seq: number): Numbered[] | null {
    if (this.#frames.at(-1)?.seq === seq) return [];
    const from = this.#frames.findIndex((it) => it.prev === seq);
    return from < 0 ? null : this.#frames.slice(from);
  }
}
