const LONGEST_WAIT = 150;

/** Collects what arrives within one animation frame, so 200 events a second cost 60 renders, not 200. */
export function batched<T>(flush: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
    const taken = items;
    items = [];
    flush(taken);
  };
  return (item) => {
    items.push(item);
    if (timer !== undefined) return;
    // A tab that is hidden gets no frame, not even one it has asked for already; its title must count all the same.
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, LONGEST_WAIT);
  };
}
