import type { Id } from '../api/types';
import type { Change } from './change-rules';

/** So many times the same change may go in vain on a link that holds before somebody has to decide: others must not wait for it for ever. */
const PATIENCE = 10;

/** What is told one after the other. That something was read matters to nothing else. */
export const laneOf = (it: Change): string =>
  it.customer_id === undefined ? `${it.conversation_id}.${it.kind === 'read' ? 'read' : ''}` : `of ${it.customer_id}`;

/** Each with what stands in it, in order. */
export function inLanes(all: readonly Change[]): Map<string, Change[]> {
  const lanes = new Map<string, Change[]>();
  for (const it of all) lanes.set(laneOf(it), [...(lanes.get(laneOf(it)) ?? []), it]);
  return lanes;
}

/** What this tab is telling, which lanes rest after a failure, and how often each change went in vain since the link is there. */
export class Lanes {
  #underway = new Map<string, string>();
  #resting = new Map<string, ReturnType<typeof setTimeout>>();
  #vain = new Map<string, number>();

  underway = (lane: string): string | undefined => this.#underway.get(lane);
  isFree = (lane: string): boolean => !this.#underway.has(lane) && !this.#resting.has(lane);
  isTelling = (it: Change): boolean => this.#underway.get(laneOf(it)) === it.id;
  begin = (it: Change): void => void this.#underway.set(laneOf(it), it.id);
  end = (it: Change): void => void this.#underway.delete(laneOf(it));

  rest(it: Change, delay: number, then: () => void): void {
    const lane = laneOf(it);
    const timer = setTimeout(() => {
      this.#resting.delete(lane);
      then();
    }, delay);
    this.#resting.set(lane, timer);
  }

  /** Once more in vain: whether that is enough. */
  isInVain(id: string): boolean {
    const times = (this.#vain.get(id) ?? 0) + 1;
    this.#vain.set(id, times);
    return times >= PATIENCE;
  }
  /** It is over, or begins anew. */
  forget = (id: string): void => void this.#vain.delete(id);

  /** Nothing rests any more. */
  wake(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#vain.clear();
  }

  clear(): void {
    this.wake();
    this.#underway.clear();
  }
}

export const conversationsOf = (all: readonly Change[]): ReadonlySet<Id | undefined> =>
  new Set(all.map((it) => it.conversation_id));
