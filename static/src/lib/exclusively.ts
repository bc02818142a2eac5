/** A tab that sleeps with the lock must not keep the others waiting for ever. */
const WAIT = 10_000;
const held = new Set<string>();

/** Runs while no other tab of this browser does the same; where the browser gives no locks, it just runs. */
export async function exclusively<T>(name: string, run: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !navigator.locks || held.has(name)) return run();
  let begun = false;
  const alone = async (): Promise<T> => {
    begun = true;
    held.add(name);
    try {
      return await run();
    } finally {
      held.delete(name);
    }
  };
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(WAIT) }, alone);
  } catch (error) {
    if (begun) throw error;
    return run();
  }
}
