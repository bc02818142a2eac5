type Told = {
  /** This tab leads now. */
  onWon: () => void;
  /** Another tab has taken the lead by force. */
  onLost: () => void;
  /** The browser gives no locks here (its storage is blocked): every tab is on its own. */
  onRefused: () => void;
};

/** Which of a browser's tabs leads: whoever holds the lock. When that tab goes, however it goes, the browser gives it to the next. */
export class Leadership {
  #locks: LockManager;
  #name: string;
  #told: Told;
  #waiting: AbortController | null = null;
  #release: (() => void) | null = null;
  /** Grows with each attempt; what comes of an older one is no longer meant for us. */
  #attempt = 0;

  constructor(locks: LockManager, name: string, told: Told) {
    this.#locks = locks;
    this.#name = name;
    this.#told = told;
  }

  /** Stands in line. */
  run(): void {
    const waiting = new AbortController();
    this.#ask({ signal: waiting.signal });
    this.#waiting = waiting;
  }

  /** The leader does not answer: its lock is taken away. */
  steal(): void {
    this.#ask({ steal: true });
  }

  leave(): void {
    this.#attempt++;
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
  }

  #ask(options: LockOptions): void {
    this.leave();
    const attempt = this.#attempt;
    const held = (): Promise<void> => {
      if (attempt !== this.#attempt) return Promise.resolve();
      return new Promise((release) => {
        this.#release = release;
        this.#told.onWon();
      });
    };
    this.#locks.request(this.#name, options, held).catch(() => {
      if (attempt !== this.#attempt) return;
      if (!this.#release) return this.#told.onRefused();
      this.#release = null;
      this.#told.onLost();
    });
  }
}
