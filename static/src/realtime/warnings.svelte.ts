import type { Id } from '../api/types';
import { storage } from '../lib/storage';

export type Warning = { id: string; at: string; code: string; detail: string };
const MOST = 20;

/** What the server asks a person to look at. The feed tells it once, so it is kept, over reloads too, until somebody has put it away. */
export class Warnings {
  list = $state.raw<readonly Warning[]>([]);
  #key = '';

  constructor() {
    // Put away in one tab, it is gone in all.
    addEventListener('storage', (event) => event.key === this.#key && this.#read());
  }

  open(user: Id): void {
    this.#key = `sb.warnings.${user}`;
    this.#read();
  }

  close(): void {
    this.#key = '';
    this.list = [];
  }

  add(warning: Warning): void {
    if (!this.list.some((it) => it.id === warning.id)) this.#put([...this.list, warning].slice(-MOST));
  }

  dismiss(id: string): void {
    this.#put(this.list.filter((it) => it.id !== id));
  }

  #read(): void {
    this.list = storage.read<Warning[]>(this.#key) ?? [];
  }

  #put(list: readonly Warning[]): void {
    this.list = list;
    if (this.#key) storage.set(this.#key, JSON.stringify(list));
  }
}
