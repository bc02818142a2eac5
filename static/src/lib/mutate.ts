import { asProblem, type Problem } from '../api/problem';
import { t } from '../i18n/i18n.svelte';
import { explain } from './explain';
import { toast } from './toast.svelte';

type Mutation<T> = {
  /** What is shown at once, as if it had been done. Answers how to take it back. */
  show?: () => () => void;
  /** Tells the server. */
  run: () => Promise<T>;
  /** Takes in what the server answered. */
  done?: (answer: T) => void;
  /** Said when it is done. */
  said?: string;
  /** Takes it back after it was done; offered beside what is said. */
  undo?: () => unknown;
  /** True: this refusal is told in its own way, at a field or in better words. */
  told?: (problem: Problem) => boolean;
};

/** One change: shown at once, taken back with the reason when it is refused, undone from its toast. Null: done; else the refusal. */
export async function mutate<T>(it: Mutation<T>): Promise<Problem | null> {
  const takeBack = it.show?.();
  let answer: T;
  try {
    answer = await it.run();
  } catch (error) {
    takeBack?.();
    const problem = asProblem(error);
    await problem.worded;
    if (!it.told?.(problem)) toast(explain(problem), { tone: 'bad' });
    return problem;
  }
  it.done?.(answer);
  const { undo } = it;
  if (it.said) toast(it.said, undo ? { action: { label: t('undo'), run: () => void undo() } } : {});
  return null;
}
