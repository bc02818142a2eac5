import type { Id } from '../../api/types';
import { randomId } from '../../lib/random-id';
import type { Eyes } from './decide';

type Asked = { ask: string; conversation: Id } | { answer: string; there: boolean };
const WAIT = 150;

/** The tabs of this browser, asked where somebody looks. */
export class Tabs {
  #channel: BroadcastChannel | null = null;
  #waiting = new Map<string, (there: boolean) => void>();

  constructor(
    readonly looksAt: () => Id | null,
    name = 'sb.bell',
  ) {
    if (typeof BroadcastChannel === 'undefined') return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<Asked>) => this.#heard(data);
  }

  /** This tab's own eyes need no asking; others have a moment to answer. */
  async eyes(conversation: Id): Promise<Eyes> {
    if (document.hasFocus()) return this.looksAt() === conversation ? 'there' : 'here';
    const channel = this.#channel;
    if (!channel) return 'away';
    const ask = randomId();
    return new Promise((resolve) => {
      const done = (eyes: Eyes): void => {
        this.#waiting.delete(ask);
        clearTimeout(timer);
        resolve(eyes);
      };
      const timer = setTimeout(() => done('away'), WAIT);
      this.#waiting.set(ask, (there) => done(there ? 'there' : 'here'));
      channel.postMessage({ ask, conversation } satisfies Asked);
    });
  }

  close(): void {
    this.#channel?.close();
  }

  #heard(it: Asked): void {
    if ('answer' in it) return this.#waiting.get(it.answer)?.(it.there);
    if (document.hasFocus())
      this.#channel?.postMessage({ answer: it.ask, there: this.looksAt() === it.conversation } satisfies Asked);
  }
}
