import type { Id } from '../api/types';
import { storage } from '../lib/storage';

export type Notice = { id: string; at: string; code: string; detail: string };
const MOST = 20;

/** What the server asks a person to look at. The feed tells it once, so it is kept, over reloads too, until somebody has put it away. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #key = '';

  constructor() {
    // Put away in one tab, it is gone in all.
    addEventListener('storage', (event) => event.key === this.#key && this.#read());
  }

  open(user: Id): void {
    this.#key = `sb.notices.${user}`;
    this.#read();
  }

  close(): void {
    this.#key = '';
    this.list = [];
  }

  add(notice: Notice): void {
    if (!this.list.some((it) => it.id === notice.id)) this.#put([...this.list, notice].slice(-MOST));
  }

  dismiss(id: string): void {
    this.#put(this.list.filter((it) => it.id !== id));
  }

  #read(): void {
    this.list = storage.read<Notice[]>(this.#key) ?? [];
  }

  #put(list: readonly Notice[]): void {
    this.list = list;
    if (this.#key) storage.set(this.#key, JSON.stringify(list));
  }
}
