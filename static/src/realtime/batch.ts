/** Collects what arrives within one animation frame, so 200 events a second cost 60 renders, not 200. */
export function batched<T>(flush: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];
  let planned = false;
  const run = (): void => {
    planned = false;
    const taken = items;
    items = [];
    flush(taken);
  };
  return (item) => {
    items.push(item);
    if (planned) return;
    planned = true;
    // A hidden tab gets no animation frames, yet its title must still count.
    if (typeof document === 'undefined' || document.hidden) setTimeout(run, 150);
    else requestAnimationFrame(run);
  };
}
