import { untrack } from 'svelte';
import { get } from '../../api/client';
import type { Id, Operator } from '../../api/types';
import { hub } from '../../realtime/hub.svelte';

/** The company's operators, fetched once per session and kept by the pages that change them. */
class Team {
  operators = $state.raw<Operator[]>([]);
  error = $state.raw<unknown>(null);
  loaded = $state(false);
  #for: Id | null = null;
  #asked = new Set<Id>();
  /** After which hole of the feed it was asked for, and how many times: only the last answer counts. */
  #era = 0;
  #turn = 0;

  /**
   * Loads once; again where it failed before, when the feed had a hole, and when somebody is online whom the list does not know, asked once for each. For an
   * effect, which follows what it has read: so all is read each time.
   */
  ensure(): void {
    const { generation } = hub;
    const { loaded } = this;
    const online = [...hub.presence.online];
    untrack(() => {
      const strangers = online.filter((id) => !this.#asked.has(id) && !this.operators.some((it) => it.id === id));
      // The feed's beginning is a hole as well, though not to a list that has just been asked for.
      const missed = this.#era !== generation && this.#era > 0;
      const failed = this.error !== null;
      if (this.#for === hub.store.me && !missed && !failed && (!loaded || strangers.length === 0))
        return void (this.#era = generation);
      strangers.forEach((id) => this.#asked.add(id));
      void this.reload();
    });
  }

  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.#for = hub.store.me;
    this.#era = hub.generation;
    this.error = null;
    try {
      const { operators } = await get<{ operators: Operator[] }>('/api/operators?limit=200');
      if (turn !== this.#turn) return;
      this.operators = operators;
      this.loaded = true;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    }
  }

  /** As notes call them. */
  names: readonly string[] = $derived(this.operators.filter((it) => it.is_active).map((it) => it.name));

  active = (): Operator[] => this.operators.filter((it) => it.is_active);
  online = (id: Id): boolean => hub.presence.online.has(id);
  put = (next: Operator): void => void (this.operators = this.operators.map((it) => (it.id === next.id ? next : it)));
  remove = (id: Id): void => void (this.operators = this.operators.filter((it) => it.id !== id));
}

export const team = new Team();
