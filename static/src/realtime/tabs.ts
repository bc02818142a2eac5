import { randomId } from '../lib/random-id';

const NAME = 'sb.tab.';

/**
 * Which of this browser's tabs are alive. A tab holds a lock under its name for as long as it exists: the browser lets go of it when
 * the tab is closed, reloaded or killed.
 */
export class Tabs {
  readonly own = randomId();
  #locks = typeof navigator === 'undefined' ? undefined : navigator.locks;

  constructor() {
    // Refused where storage is blocked; then nobody else's entries are to be seen either.
    void this.#locks?.request(NAME + this.own, () => new Promise<never>(() => {})).catch(() => {});
  }

  /** Null where the browser cannot tell: plain http has no locks. */
  async alive(): Promise<Set<string> | null> {
    try {
      const state = await this.#locks?.query();
      return state ? new Set((state.held ?? []).map((it) => it.name?.slice(NAME.length) ?? '')) : null;
    } catch {
      return null;
    }
  }
}
