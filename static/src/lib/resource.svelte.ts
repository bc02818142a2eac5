import { untrack } from 'svelte';
import { asProblem, type Problem } from '../api/problem';
import { hub } from '../realtime/hub.svelte';

type Options<K> = {
  /** What is asked for: of another one the answer is another. Null: nothing is wanted yet. */
  key?: () => K;
  /** The last answer stays on the screen until the next key's is here: right for a filter, wrong for another person's page. */
  keep?: boolean;
};

/**
 * Something the server knows and a page shows. Asked for when the page opens, again for another key and whenever the feed had a hole;
 * the answer before stays in sight meanwhile, and an answer nobody waits for any more is dropped.
 */
export class Resource<T, K = unknown> {
  data = $state.raw<T | undefined>(undefined);
  error = $state.raw<Problem | null>(null);
  loading = $state(false);
  #load: (signal: AbortSignal, key: NonNullable<K>) => Promise<T>;
  #key: () => K;
  #under: AbortController | null = null;

  constructor(load: (signal: AbortSignal, key: NonNullable<K>) => Promise<T>, options: Options<K> = {}) {
    this.#load = load;
    this.#key = options.key ?? ((): K => true as K);
    let before: K | undefined;
    $effect(() => {
      void hub.generation;
      const key = this.#key();
      untrack(() => {
        if (before !== undefined && before !== key && !options.keep) this.data = undefined;
        before = key;
        void this.reload();
      });
      return () => this.#under?.abort();
    });
  }

  reload = async (): Promise<void> => {
    this.#under?.abort();
    const under = (this.#under = new AbortController());
    const key = untrack(this.#key);
    this.error = null;
    if (key === null || key === undefined) return void (this.loading = false);
    this.loading = true;
    try {
      const data = await this.#load(under.signal, key);
      if (!under.signal.aborted) this.data = data;
    } catch (error) {
      if (!under.signal.aborted) this.error = asProblem(error);
    } finally {
      if (this.#under === under) this.loading = false;
    }
  };

  /** What a change has answered: newer than whatever is still under way. */
  set(data: T): void {
    this.#under?.abort();
    this.loading = false;
    this.error = null;
    this.data = data;
  }
}

/** To be called while a component is made: `const team = resource((signal) => get<Team>('/api/team', signal))`. */
export const resource = <T, K = unknown>(
  load: (signal: AbortSignal, key: NonNullable<K>) => Promise<T>,
  options: Options<K> = {},
): Resource<T, K> => new Resource(load, options);
