const REPEAT = 3000;
const PAUSE = 5000;

/** Says "typing" at most every few seconds, and "no longer" once, when the hands rest. */
export class TypingSignal {
  #said = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly say: (on: boolean) => void) {}

  typed(some: boolean): void {
    if (!some) return this.stop();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.stop(), PAUSE);
    if (Date.now() - this.#said < REPEAT) return;
    this.#said = Date.now();
    this.say(true);
  }

  stop(): void {
    clearTimeout(this.#rest);
    if (this.#said === 0) return;
    this.#said = 0;
    this.say(false);
  }
}
