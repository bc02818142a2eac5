/** Where a thing stands after it was dropped before or after another: its own leaving moves those behind it up. */
export function landing(from: number, target: number, after: boolean): number {
  const to = target + (after ? 1 : 0);
  return from >= 0 && from < to ? to - 1 : to;
}

/** The list with one of it moved; `to` counts without it. */
export function reordered<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [it] = next.splice(from, 1);
  if (it !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, it);
  return next;
}
