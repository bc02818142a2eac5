import type { Conversation, Id } from '../../api/types';
import { activity } from '../../realtime/store.svelte';

/** The order rows stood in when they were told to hold still, and how new each was. */
export type Held = {
  at: ReadonlyMap<Id, string>;
  /** Those changed by one's own hand: they may leave. */
  free: ReadonlySet<Id>;
};
export type Arranged = {
  shown: readonly Conversation[];
  /** Those that would stand higher if rows might move: new ones, and ones with something new. */
  news: readonly Conversation[];
};

export const hold = (rows: readonly Conversation[]): Held => ({
  at: new Map(rows.map((it) => [it.id, activity(it)])),
  free: new Set(),
});

/** Nothing moves under the pointer: rows stay where they stood, as they are now; what is new above them waits and is counted. */
export function arrange(held: Held, live: readonly Conversation[], current: (id: Id) => Conversation | undefined): Arranged {
  const fitting = new Map(live.map((it) => [it.id, it]));
  const shown: Conversation[] = [];
  const news: Conversation[] = [];
  let above = false;
  for (const [id, before] of held.at) {
    // One that somebody else has closed or taken keeps its place for now; one that is gone altogether cannot.
    const row = fitting.get(id) ?? (held.free.has(id) ? undefined : current(id));
    if (!row) continue;
    shown.push(row);
    const risen = fitting.has(id) && activity(row) > before;
    if (!risen) above = true;
    else if (above) news.push(row);
  }
  // Older ones, that come in as one scrolls, go on below; they move nothing.
  const end = live.findLastIndex((it) => held.at.has(it.id));
  live.forEach((it, at) => held.at.has(it.id) || (at > end && end >= 0 ? shown : news).push(it));
  return { shown, news };
}
