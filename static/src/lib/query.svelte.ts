import { parseQuery, printQuery, type QuerySpec } from './query';
import { currentPath, currentSearch, navigate } from './router.svelte';

export type Query<T> = {
  /** What the address says now; the page follows it. */
  readonly value: T;
  /** Writes it into the address: a step of its own for the back button, or, while one types, in the place of the last one. */
  set: (change: Partial<T>, options?: { replace?: boolean }) => void;
  reset: () => void;
};

/** A page's filters, living in its address. To be called where a component is made. */
export function query<T extends object>(spec: QuerySpec<T>): Query<T> {
  // The page stays for a moment at the address of the one that comes after it: what that says is not for this page.
  const home = firstOf(currentPath());
  let held = parseQuery(spec, currentSearch());
  const value = $derived(firstOf(currentPath()) === home ? (held = parseQuery(spec, currentSearch())) : held);
  const go = (next: Partial<T>, replace: boolean): void =>
    navigate(location.pathname + printQuery(spec, next) + location.hash, { replace });
  return {
    get value() {
      return value;
    },
    set: (change, options) => go({ ...value, ...change }, options?.replace ?? false),
    reset: () => go({}, false),
  };
}

const firstOf = (path: string): string => path.split('/')[1] ?? '';
