import type { ConversationBrief, Id, Message } from '../../api/types';
import type { Alerts } from './alerts.svelte';
import type { Kind } from './types';

/** What comes later than this was caught up with, not news. */
const NEWS = 60_000;

/** How late what is heard comes, whatever this computer's clock says: the quickest so far took no time at all. */
export class Lateness {
  #least = Infinity;

  isNews(at: string, now: number): boolean {
    const late = now - Date.parse(at);
    this.#least = Math.min(this.#least, late);
    return late - this.#least < NEWS;
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
