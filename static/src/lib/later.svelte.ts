import { backoff } from './backoff';

/** Code that comes when it is first wanted: a pane or dialog that the page's first load can do without. Kept once it is here. */
export class Later<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<unknown>(null);
  #load: () => Promise<{ default: T }>;
  #coming = false;
  #insists = false;
  #asked: Promise<unknown> = Promise.resolve();

  constructor(load: () => Promise<{ default: T }>) {
    this.#load = load;
  }

  /** As `ask`, again and again until it is here: for what nobody could ask for once more by hand. */
  insist = (tries = 0): void => {
    if (tries === 0 && this.#insists) return;
    this.#insists = true;
    this.ask();
    void this.#asked.catch(() => setTimeout(() => this.insist(tries + 1), backoff(tries)));
  };

  ask = (): void => {
    if (this.#coming || this.value) return;
    this.#coming = true;
    this.failure = null;
    this.#asked = this.#load().then((it) => (this.value = it.default));
    this.#asked.catch((error: unknown) => (this.failure = error)).finally(() => (this.#coming = false));
  };
}

/** What will be wanted soon: it is asked for at the first sign of a hand, or when the page has been still for a while. */
export function soon(ask: () => void, stillFor = 3000): () => void {
  const signs = ['pointermove', 'pointerdown', 'keydown'];
  const stop = (): void => {
    clearTimeout(timer);
    for (const sign of signs) removeEventListener(sign, now);
  };
  const now = (): void => {
    stop();
    ask();
  };
  const timer = setTimeout(now, stillFor);
  for (const sign of signs) addEventListener(sign, now, { passive: true });
  return stop;
}
