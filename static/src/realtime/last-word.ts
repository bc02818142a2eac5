import type { Id } from '../api/types';
import type { Change } from './change-rules';

const target = ({ body }: Change): Id | null => (body.assignee_id as Id | undefined) ?? null;

/** What is said to the colleagues along with an assignment. The server writes it once, however often it comes under its key. */
export const noteOf = ({ kind, body }: Change): string => (kind === 'assign' && typeof body.note === 'string' ? body.note : '');

const pick = (body: Change['body'], ...names: string[]): Change['body'] =>
  Object.fromEntries(names.filter((name) => name in body).map((name) => [name, body[name]]));

/** A note that may have arrived was heard with its own assignment, and two notes are two messages: of neither is another one told instead. */
const staysApart = (before: Change, next: Change): boolean =>
  noteOf(before) !== '' && (before.sent === true || (noteOf(next) !== '' && before.body.client_id !== next.body.client_id));

/** The last word holds: `next` is told instead of `before`, on the condition under which that one would have been. */
function joined(before: Change, next: Change): Change {
  const { if_assignee: _, ...rest } = next.body;
  // What goes no further is not shown: then the next one was made by what is.
  const condition = pick((before.stuck ? next : before).body, 'if_assignee');
  // What was to be said to the colleagues is said all the same, unless it is what is taken back.
  const takenBack = next.undoes === before.id && before.body.client_id === before.id;
  const note = noteOf(next) || takenBack ? {} : pick(before.body, 'note', 'client_id');
  const ours = [...(before.ours ?? []), ...(before.kind === 'assign' && before.sent ? [target(before)] : [])];
  const from = before.stuck ? next.from : before.sent ? undefined : before.from;
  const due = before.due === undefined ? {} : { due: Math.min(before.due, next.due ?? before.due) };
  const held = ours.length ? { ours } : {};
  return { ...next, ...due, ...held, from, body: { ...rest, ...condition, ...note }, over: true, v: next.v + 1 };
}

/** Told after one that may come to nothing: then who had it before that one is no surprise. */
function after(before: Change, next: Change): Change {
  if (before.stuck || !('if_assignee' in before.body)) return next;
  const ours = [...new Set([...(next.ours ?? []), ...(before.ours ?? []), before.body.if_assignee as Id | null])];
  return ours.length === next.ours?.length ? next : { ...next, ours, v: next.v + 1 };
}

/** The changes of one lane, in order: what is left to tell, when the last of a kind wins. What is under way stays as it is. */
export function settled(queue: readonly Change[], underway: string | undefined): Change[] {
  const left: Change[] = [];
  for (const it of queue) {
    const at = left.findLastIndex((other) => other.kind === it.kind && other.id !== underway);
    const before = left[at];
    if (!before) left.push(it);
    else if (staysApart(before, it)) left.push(it.id === underway ? it : after(before, it));
    else {
      left.splice(at, 1);
      // Taken back before anybody heard of it.
      const unheard = it.undoes === before.id && !before.sent && !before.over;
      if (!unheard) left.push(joined(before, it));
    }
  }
  return left;
}

/** Somebody else has it: perhaps by our own doing, that nobody confirmed. Null: it is as was wanted. */
export function afterTaken(it: Change, holder: Id | null): Change | 'refused' | null {
  if (it.body.agent !== true && holder === target(it)) return null;
  if (!it.ours?.includes(holder) || it.body.if_assignee === holder) return 'refused';
  return { ...it, body: { ...it.body, if_assignee: holder }, v: it.v + 1 };
}
