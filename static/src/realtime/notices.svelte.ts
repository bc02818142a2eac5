import type { Id } from '../api/types';

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
    try {
      this.list = JSON.parse(localStorage.getItem(this.#key) ?? '[]') as Notice[];
    } catch {
      this.list = [];
    }
  }

  #put(list: readonly Notice[]): void {
    this.list = list;
    try {
      if (this.#key) localStorage.setItem(this.#key, JSON.stringify(list));
    } catch {
      // A full storage: the notice stands on this page until it is closed.
    }
  }
}
