import { storage } from '../lib/storage';

export type Waiting = {
  client_id: string;
  text: string;
  at: string;
  recording?: string;
  press?: { message_id: number; button_id: string };
  failed?: string | undefined;
  unanswered?: number;
};
type Kept = { visitor: string | null; waiting: Waiting[] };

/** What this browser keeps for one channel: who the visitor is, and what is not yet confirmed. */
export class Memory {
  #key: string;

  constructor(channelKey: string) {
    this.#key = `sb.chat.${channelKey}`;
  }

  read(): Kept {
    return { visitor: null, waiting: [], ...storage.read<Partial<Kept>>(this.#key) };
  }

  write(kept: Kept): void {
    storage.set(this.#key, JSON.stringify(kept));
  }
}
