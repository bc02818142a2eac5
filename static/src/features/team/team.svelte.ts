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

  /** Loads once; again when somebody is online whom the list does not know, asked once for each. */
  ensure(): void {
    if (this.#for !== hub.store.me) return void this.reload();
    const strangers = [...hub.presence.online].filter((id) => !this.#asked.has(id) && !this.operators.some((it) => it.id === id));
    if (!this.loaded || strangers.length === 0) return;
    strangers.forEach((id) => this.#asked.add(id));
    void this.reload();
  }

  async reload(): Promise<void> {
    this.#for = hub.store.me;
    this.error = null;
    try {
      this.operators = (await get<{ operators: Operator[] }>('/api/operators?limit=200')).operators;
      this.loaded = true;
    } catch (error) {
      this.#for = null;
      this.error = error;
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
