export type Waiting = { client_id: string; text: string; at: string; recording?: string; press?: { message_id: number; button_id: string }; failed?: string | undefined };
type Kept = { visitor: string | null; waiting: Waiting[] };

/** What this browser keeps for one channel: who the visitor is, and what is not yet confirmed. */
export class Memory {
  #key: string;

  constructor(channelKey: string) {
    this.#key = `sb.chat.${channelKey}`;
  }

  read(): Kept {
    try {
      return { visitor: null, waiting: [], ...(JSON.parse(localStorage.getItem(this.#key) ?? '{}') as Partial<Kept>) };
    } catch {
      return { visitor: null, waiting: [] };
    }
  }

  write(kept: Kept): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Private windows may forbid storage: the chat then lasts as long as the page.
    }
  }
}
