import type { Id } from '../../api/types';
import type { ServerFrame, TransientFrame } from '../frames';

/** Who is online, who looks at what and what is counted, for a tab that joins late: the server says these once, when they change. */
export class Hints {
  #online: Set<Id> | null = null;
  #viewing = new Map<string, TransientFrame>();
  #counts: TransientFrame | null = null;

  take(frame: ServerFrame): void {
    if (frame.type === 'presence.snapshot') this.#online = new Set(frame.online);
    else if (frame.type === 'presence.updated' && frame.presence === 'online') this.#online?.add(frame.user_id);
    else if (frame.type === 'presence.updated') this.#online?.delete(frame.user_id);
    else if (frame.type === 'counts.updated') this.#counts = frame;
    else if (frame.type === 'conversation.viewing') {
      const key = `${frame.conversation_id}.${frame.user_id}`;
      if (frame.on) this.#viewing.set(key, frame);
      else this.#viewing.delete(key);
    }
  }

  frames(): TransientFrame[] {
    const online: TransientFrame[] = this.#online ? [{ type: 'presence.snapshot', online: [...this.#online] }] : [];
    return [...online, ...(this.#counts ? [this.#counts] : []), ...this.#viewing.values()];
  }

  /** Without a link nothing here is known. */
  forget(): void {
    this.#online = null;
    this.#viewing.clear();
    this.#counts = null;
  }
}
