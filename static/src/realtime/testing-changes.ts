import { vi } from 'vitest';
import { Problem } from '../api/problem';
import type { Id, Status } from '../api/types';
import type { Change, Changed, NewChange } from './change-rules';
import { Changes } from './changes.svelte';

export type Answer = Changed | null | Problem | 'never';
/** The world around the tabs, as a test wants it. */
type Bench = {
  linked: boolean;
  /** What the server heard. */
  told: Change[];
  answer: (it: Change) => Answer | Promise<Answer>;
  held: (it: Change) => boolean;
  /** Tabs that hear each other; null = each is on its own. */
  together: Changes[] | null;
  leader: Changes | null;
  shown: Change[];
};
const anew = (): Bench => ({
  linked: true,
  told: [],
  answer: () => null,
  held: () => false,
  together: null,
  leader: null,
  shown: [],
});
export const bench: Bench = anew();
export const done = vi.fn<(change: Change, row: Changed) => void>();
export const refused = vi.fn<(change: Change, problem: Problem, heard: boolean) => void>();

export function tabOf(name = 'tab', user = 1): Changes {
  const tab: Changes = new Changes(
    {
      linked: () => bench.linked,
      shared: () => bench.together !== null,
      leads: () => !bench.together || bench.leader === tab,
      tell: (news) => bench.together?.forEach((it) => it !== tab && it.told(structuredClone(news))),
      post: async (it) => {
        bench.told.push(it);
        const said = await bench.answer(it);
        if (said === 'never') return new Promise(() => {});
        if (said instanceof Problem) throw said;
        return said;
      },
      held: (it) => bench.held(it),
      show: (it) => (bench.shown.push(it), () => void (bench.shown = bench.shown.filter((other) => other.id !== it.id))),
      done,
      refused,
    },
    name,
  );
  bench.together?.push(tab);
  tab.open(user);
  return tab;
}
export const status = (to: Status, conversation_id = 1): NewChange => ({ conversation_id, kind: 'status', body: { status: to } });
export const give = (to: Id | null, from: Id | null): NewChange => ({
  conversation_id: 1,
  kind: 'assign',
  body: { assignee_id: to, if_assignee: from },
});
export const bodies = (): unknown[] => bench.told.map((it) => it.body);
export const later = (ms = 30_000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
export const taken = (id: Id | null): Problem =>
  new Problem(409, 'taken', '', { holder: id === null ? null : { id, name: 'Б' } });

/** Before each test. */
export function clear(): void {
  vi.useFakeTimers();
  localStorage.clear();
  Object.assign(bench, anew());
  done.mockReset();
  refused.mockReset();
}
