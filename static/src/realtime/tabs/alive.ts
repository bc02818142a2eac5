const NAME = 'sb.tab.';

/**
 * A tab holds a lock under its name for as long as it takes part: the browser lets go of it when the tab is closed, reloaded or killed.
 * Resolves once it is held; rejects where the browser gives none.
 */
export function hold(locks: LockManager, tab: string, signal: AbortSignal): Promise<void> {
  return new Promise((held, refused) => {
    const whileHere = (): Promise<void> => {
      held();
      return new Promise((release) => signal.addEventListener('abort', () => release()));
    };
    locks.request(NAME + tab, { signal }, whileHere).catch(refused);
  });
}

/** Runs when that tab is there no longer, unless `signal` says before that nobody wants to know. */
export function onGone(locks: LockManager, tab: string, signal: AbortSignal, run: () => void): void {
  locks.request(NAME + tab, { signal }, run).catch(() => {});
}
