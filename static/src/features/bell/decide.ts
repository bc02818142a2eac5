import type { ConversationBrief, Id, Message } from '../../api/types';
import type { Alerts } from './alerts.svelte';
import type { Kind } from './types';

/** What comes later than this was caught up with, not news. */
const NEWS = 60_000;

/** A clock that something comes this much before its time by has been set anew. */
const EARLY = 10_000;

/**
 * Whether what is heard has just happened, by the server's clock: this computer's may be wrong, or be set while the page is open.
 * So the server's time is asked for when nothing is known of it, and again when what comes seems to be no news.
 */
export class Lateness {
  /** How far this computer's clock is ahead of the server's. */
  #ahead: number | null = null;
  #askedAt = -Infinity;
  #asking: Promise<void> | null = null;

  constructor(
    /** The server's time; null = it does not say. */
    readonly ask: () => Promise<number | null>,
    readonly now = (): number => Date.now(),
    /** A clock that nobody sets. */
    readonly steady = (): number => performance.now(),
  ) {}

  async isNews(at: string): Promise<boolean> {
    const came = this.now();
    const late = (): number => came - (this.#ahead ?? 0) - Date.parse(at);
    const isPlain = this.#ahead !== null && -EARLY < late() && late() < NEWS;
    // A night's messages caught up with are one question, not hundreds.
    if (!isPlain && (this.#asking || this.steady() - this.#askedAt >= NEWS)) await (this.#asking ??= this.#learn());
    return late() < NEWS;
  }

  async #learn(): Promise<void> {
    try {
      const told = await this.ask();
      if (told !== null) this.#ahead = this.now() - told;
    } finally {
      this.#askedAt = this.steady();
      this.#asking = null;
    }
  }
}

/** The clock 'HH:MM' lies in the quiet hours, which may go over midnight. Equal ends are no hours at all. */
export function isQuiet({ quiet, quietFrom, quietTo }: Alerts, clock: string): boolean {
  if (!quiet) return false;
  return quietFrom <= quietTo ? quietFrom <= clock && clock < quietTo : clock >= quietFrom || clock < quietTo;
}

/** A customer's message is somebody's business: mine, or whoever's takes it; not when a colleague or the agent has the conversation. */
export function kindOfMessage(message: Message, { assignee, handler }: ConversationBrief, me: Id | null): Kind | null {
  if (message.direction !== 'in') return null;
  if (assignee) return assignee.id === me ? 'mine' : null;
  return handler === 'agent' ? null : 'queue';
}

/** Where the eyes are, over all tabs of this browser: in none of them, in one, or in one that shows the conversation. */
export type Eyes = 'away' | 'here' | 'there';

export const isHeard = (kind: Kind, alerts: Alerts, eyes: Eyes, clock: string): boolean =>
  alerts.sounds[kind] && alerts.volume > 0 && eyes !== 'there' && !isQuiet(alerts, clock);

/** Outside the browser only what is for this person, while they look at something else. */
export const isShownOutside = (kind: Kind, alerts: Alerts, eyes: Eyes, clock: string): boolean =>
  alerts.desktop && kind !== 'queue' && eyes === 'away' && !isQuiet(alerts, clock);
