import type { Id, Message } from '../../api/types';
import { dayKey } from '../../lib/time';
import type { AgentDraft } from '../../realtime/agent-drafts.svelte';
import type { Entry } from '../../realtime/outbox.svelte';

export type Item = {
  key: string;
  at: string;
  /** First of its day; first of a run by one sender; first unread. */
  day: boolean;
  lead: boolean;
  fresh: boolean;
} & (
  | {
      message: Message;
      /** What people did just before, to be folded away. */ acts?: Message[];
      entry?: undefined;
      draft?: undefined;
    }
  | { entry: Entry; message?: undefined; draft?: undefined }
  | { draft: AgentDraft; message?: undefined; entry?: undefined }
);

const GROUP_GAP = 5 * 60_000;
const sender = (it: Message): string => `${it.direction}.${it.author.type}.${it.author.id}`;

const ACTS = ['taken', 'assigned', 'released', 'to_agent', 'closed', 'snoozed', 'reopened', 'pending'];
/** Somebody did something with the conversation. What the agent tells (a lead, a call back) stands for itself. */
const isAct = (it: Message): boolean => it.direction === 'event' && ACTS.includes(String(it.payload?.event));

/** The thread as it is drawn: what the server has, then what still waits to be sent. */
export function itemsOf(
  messages: readonly Message[],
  entries: readonly Entry[],
  zone: string,
  newAfter: Id | null,
  me: Id | null,
): Item[] {
  const items: Item[] = [];
  let before: { day: string; who: string; at: number } | null = null;
  let freshShown = newAfter === null;
  const held = new Set<string>();
  const add = (
    at: string,
    who: string,
    rest: Pick<Item, 'key'> & ({ message: Message } | { entry: Entry }),
    fresh: boolean,
  ): void => {
    const day = dayKey(at, zone);
    const time = Date.parse(at);
    const newDay = before?.day !== day;
    items.push({
      ...rest,
      at,
      day: newDay,
      lead: newDay || fresh || before?.who !== who || time - before.at > GROUP_GAP,
      fresh,
    } as Item);
    before = { day, who, at: time };
  };
  for (const message of messages) {
    const fresh = !freshShown && newAfter !== null && message.id > newAfter && message.direction === 'in';
    if (fresh) freshShown = true;
    // The key of our own bubble stays the same when the server confirms it. Keys chosen by others are not trusted to be unique.
    const last = items.at(-1);
    if (last?.message && isAct(message) && isAct(last.message) && dayKey(message.created_at, zone) === dayKey(last.at, zone)) {
      // Its key stays that of the first, so that a fold that was opened stays open.
      (last.acts ??= []).push(last.message);
      last.message = message;
      continue;
    }
    const own = message.author.type === 'operator' && message.author.id === me ? message.client_id : null;
    if (own) held.add(own);
    add(message.created_at, sender(message), { key: own ? `c${own}` : `m${message.id}`, message }, fresh);
  }
  for (const entry of entries) {
    // Between ack and removal both exist for a moment; one bubble is enough.
    if (!held.has(entry.client_id)) add(entry.created_at, `entry.${entry.note}`, { key: `c${entry.client_id}`, entry }, false);
  }
  return items;
}

/** What the agent is writing stands at the very end. */
export const withDraft = (items: Item[], draft: AgentDraft | undefined): Item[] =>
  draft ? [...items, { key: `d${draft.run_id}`, at: '', day: false, lead: true, fresh: false, draft }] : items;
