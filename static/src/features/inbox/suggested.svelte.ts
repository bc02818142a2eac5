import type { Conversation, Id, Suggestion } from '../../api/types';

/** What the composer does with the agent's suggestion: shown until it is taken, sent, put away or dead. */
export class Suggested {
  #row: () => Conversation;
  /** Put away or sent from here: the server's word that it is gone is still on its way. */
  #done = $state<Id | null>(null);
  #taken = $state<Id | null>(null);

  constructor(row: () => Conversation) {
    this.#row = row;
  }

  get shown(): Suggestion | null {
    const suggestion = this.#row().suggestion;
    return suggestion && suggestion.run_id !== this.#done && suggestion.run_id !== this.#taken ? suggestion : null;
  }

  /** The run that is approved by sending what stands in the box; none when the suggestion has died meanwhile. */
  get approves(): Id | undefined {
    return this.#taken !== null && this.#row().suggestion?.run_id === this.#taken ? this.#taken : undefined;
  }

  take = (): void => void (this.#taken = this.shown?.run_id ?? null);
  /** The words in the box are no longer the agent's. */
  untake = (): void => void (this.#taken = null);
  drop = (): void => void (this.#done = this.shown?.run_id ?? this.#done);
  sent(): void {
    this.#done = this.#row().suggestion?.run_id ?? null;
    this.#taken = null;
  }
}

export function suggestionAct(event: KeyboardEvent): 'take' | 'send' | 'drop' | null {
  const control = event.ctrlKey || event.metaKey;
  if (event.shiftKey || event.altKey) return null;
  if (event.key === 'Tab' && !control) return 'take';
  if (event.key === 'Enter' && control) return 'send';
  return event.key === 'Escape' ? 'drop' : null;
}
