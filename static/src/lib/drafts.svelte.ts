import { SvelteSet } from 'svelte/reactivity';
import type { Id } from '../api/types';

// A draft belongs to one user, one conversation and one mode: text typed for A can never be sent to B.
export type Mode = 'reply' | 'note';

class Drafts {
  /** Conversations that have something unsent, for the mark in the list. */
  present = new SvelteSet<Id>();
  #prefix = '';

  open(user: Id): void {
    this.#prefix = `sb.draft.${user}.`;
    this.present.clear();
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key?.startsWith(this.#prefix)) this.present.add(Number(key.slice(this.#prefix.length).split('.')[0]));
    }
  }

  read = (conversation: Id, mode: Mode): string => localStorage.getItem(this.#key(conversation, mode)) ?? '';

  write(conversation: Id, mode: Mode, text: string): void {
    try {
      if (text.trim()) localStorage.setItem(this.#key(conversation, mode), text);
      else localStorage.removeItem(this.#key(conversation, mode));
    } catch {
      return; // A full storage: the text still stands in the composer.
    }
    const some = localStorage.getItem(this.#key(conversation, 'reply')) ?? localStorage.getItem(this.#key(conversation, 'note'));
    if (some) this.present.add(conversation);
    else this.present.delete(conversation);
  }

  #key = (conversation: Id, mode: Mode): string => `${this.#prefix}${conversation}.${mode}`;
}

export const drafts = new Drafts();
