import type { Told } from '../api/problem';
import type { Conversation, Customer, Id } from '../api/types';
import type { Kept } from './kept.svelte';

type OfConversation = {
  conversation_id: Id;
  customer_id?: undefined;
  kind: 'status' | 'assign' | 'read';
  show?: Partial<Conversation>;
};
/** One field of a customer. */
type OfCustomer = {
  conversation_id?: undefined;
  customer_id: Id;
  kind: `edit.${'name' | 'phone' | 'email' | 'language' | 'notes'}`;
  show: Partial<Customer>;
};
/** Of what it is, and what is shown until the server has answered. */
export type ChangeOf = OfConversation | OfCustomer;
/** What the server says a changed thing has become. */
export type Changed = Conversation | Customer;

/** One change that the server has yet to agree to. Each says what shall be, not what to do: told twice it is the same. */
export type Change = Required<Kept> &
  ChangeOf & {
    id: string;
    body: Record<string, unknown>;
    /** It went out: the server may have it. */
    sent?: boolean;
    /** So often it went out in vain. */
    tries: number;
    /** It stands for others before it, which were not told. */
    over?: boolean;
    /** One of many: whoever asked says of all together what came to nothing. */
    quiet?: true;
    /** The one that is taken back with this. */
    undoes?: string;
    /** Not told before; what comes until then is told together. */
    due?: number;
    /** Of a customer: what stood there when it was edited. Without it, it is written over whatever stands there. */
    from?: string | null;
    /** It goes no further, for this reason, until somebody decides: it is shown no more as if it were done. */
    stuck?: Told;
    /** Whom others before it may have assigned: to find one of these there is no surprise. */
    ours?: (Id | null)[];
  };
/** One that follows from something else was asked for when that was. */
export type NewChange = ChangeOf & Pick<Change, 'body' | 'undoes' | 'quiet' | 'due' | 'from'> & { created_at?: string };
/** What one tab tells the others. */
export type ChangeNews = { put: Change } | { gone: string; row?: Changed } | { refused: Change; told: Told };

export const isPassing = (status: number): boolean => status === 0 || status >= 500 || [401, 408, 429].includes(status);

/** What is told one after the other. That something was read matters to nothing else. */
export const laneOf = (it: Change): string =>
  it.customer_id === undefined ? `${it.conversation_id}.${it.kind === 'read' ? 'read' : ''}` : `of ${it.customer_id}`;

const target = ({ body }: Change): Id | null => (body.assignee_id as Id | undefined) ?? null;

/** The last word holds: `next` is told instead of `before`, on the condition under which that one would have been. */
function joined(before: Change, next: Change): Change {
  const { if_assignee: _, ...rest } = next.body;
  const condition = 'if_assignee' in before.body ? { if_assignee: before.body.if_assignee } : {};
  // What was to be said to the colleagues is said all the same.
  const notes = [before.body.note, next.body.note].filter(Boolean).join('\n\n');
  const note = notes ? { note: notes } : {};
  const ours = [...(before.ours ?? []), ...(before.kind === 'assign' && before.sent ? [target(before)] : [])];
  const from = before.stuck ? next.from : before.sent ? undefined : before.from;
  const due = before.due === undefined ? {} : { due: Math.min(before.due, next.due ?? before.due) };
  const held = ours.length ? { ours } : {};
  return { ...next, ...due, ...held, from, body: { ...rest, ...condition, ...note }, over: true, v: next.v + 1 };
}

/** The changes of one lane, in order: what is left to tell, when the last of a kind wins. What is under way stays as it is. */
export function settled(queue: readonly Change[], underway: string | undefined): Change[] {
  const left: Change[] = [];
  for (const it of queue) {
    const at = left.findLastIndex((other) => other.kind === it.kind && other.id !== underway);
    const before = left[at];
    if (!before) {
      left.push(it);
      continue;
    }
    left.splice(at, 1);
    // Taken back before anybody heard of it.
    const unheard = it.undoes === before.id && !before.sent && !before.over;
    if (!unheard) left.push(joined(before, it));
  }
  return left;
}

/** Somebody else has it: perhaps by our own doing, that nobody confirmed. Null: it is as was wanted. */
export function afterTaken(it: Change, holder: Id | null): Change | 'refused' | null {
  if (it.body.agent !== true && holder === target(it)) return null;
  if (!it.ours?.includes(holder) || it.body.if_assignee === holder) return 'refused';
  return { ...it, body: { ...it.body, if_assignee: holder }, v: it.v + 1 };
}
