import { untrack } from 'svelte';
import { parseQuery, printQuery, printUsual, saysAny, type QuerySpec } from './query';
import { cameBack, currentPath, currentSearch, navigate } from './router.svelte';

export type Query<T> = {
  /** What the address says now; the page follows it. */
  readonly value: T;
  /** '?status=new', or nothing: for links that keep it. */
  readonly search: string;
  /** Writes it into the address: a step of its own for the back button, or, while one types, in the place of the last one. */
  set: (change: Partial<T>, options?: { replace?: boolean }) => void;
  reset: () => void;
};
type Options = {
  /**
   * What was chosen last holds where the address says nothing; it is written there then, to be seen and sent. An address that one goes
   * back to was shown as it stands: where it says nothing, all was as usual.
   */
  kept?: { read: () => string; write: (search: string) => void };
  /** Whether an address is the page's own, for one that has several. */
  isHome?: (path: string) => boolean;
};

/** A page's filters, living in its address. To be called where a component is made. */
export function query<T extends object>(spec: QuerySpec<T>, { kept, isHome }: Options = {}): Query<T> {
  // The page stays for a moment at the address of the one that comes after it: what that says is not for this page.
  const first = firstOf(currentPath());
  const atHome = (): boolean => (isHome ? isHome(currentPath()) : firstOf(currentPath()) === first);
  const lacks = (): boolean => kept !== undefined && !saysAny(spec, currentSearch());
  const told = (): T => parseQuery(spec, kept && lacks() && !cameBack() ? kept.read() : currentSearch());
  // Where something is kept, an address that says nothing would bring it back.
  const print = (values: Partial<T>): string => printQuery(spec, values) || (kept?.read() ? printUsual(spec) : '');
  let held = told();
  const value = $derived(atHome() ? (held = told()) : held);
  const go = (next: Partial<T>, replace: boolean): void => navigate(location.pathname + print(next) + location.hash, { replace });
  const choose = (next: Partial<T>, replace: boolean): void => {
    kept?.write(printQuery(spec, next));
    go(next, replace);
  };
  if (kept)
    $effect.pre(() => {
      if (atHome() && lacks() && print(value)) untrack(() => go(value, true));
    });
  return {
    get value() {
      return value;
    },
    get search() {
      return print(value);
    },
    set: (change, options) => choose({ ...value, ...change }, options?.replace ?? false),
    reset: () => choose({}, false),
  };
}

const firstOf = (path: string): string => path.split('/')[1] ?? '';
