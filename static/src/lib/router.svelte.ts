// The address as state, and going elsewhere; links are ordinary <a href>. Which page stands where is told in src/routes.ts.
let path = $state(location.pathname);
let search = $state(location.search);
let hash = $state(location.hash);
let guard: (() => boolean) | null = null;
/** The address shown was gone to by the browser's own back and forward. */
let back = $state(false);
/** Which entry of this tab's history is shown: each carries its number, so that a step back can be taken back. */
let entry = 0;

type Numbered = { entry?: number } | null;
/** Asks about unsaved changes where there are any; whoever stays is not asked again. */
export const mayLeave = (): boolean => {
  if (guard && !guard()) return false;
  guard = null;
  return true;
};
function follow(): void {
  path = location.pathname;
  search = location.search;
  hash = location.hash;
}

export const cameBack = (): boolean => back;
export const currentPath = (): string => path;
export const currentHash = (): string => hash;
/** '?status=new' or ''. */
export const currentSearch = (): string => search;

/** A page with unsaved changes sets a guard; it answers whether leaving is fine. */
export function setLeaveGuard(next: (() => boolean) | null): void {
  guard = next;
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search + location.hash) return;
  // Another filter of the same page leaves nothing.
  if (new URL(to, location.href).pathname !== path && !mayLeave()) return;
  if (!options.replace) entry++;
  history[options.replace ? 'replaceState' : 'pushState']({ entry } satisfies Numbered, '', to);
  back = false;
  follow();
}

export function startRouter(): void {
  entry = (history.state as Numbered)?.entry ?? 0;
  history.replaceState({ entry } satisfies Numbered, '');
  addEventListener('popstate', (event) => {
    const to = (event.state as Numbered)?.entry ?? 0;
    // The browser has gone there already. Whoever stays is brought back, which comes by here once more, to the entry shown.
    if (to === entry) return;
    if (location.pathname !== path && !mayLeave()) return history.go(entry - to);
    entry = to;
    back = true;
    follow();
  });
  addEventListener('beforeunload', (event) => {
    if (guard) event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    // A place on this page ("skip to content") is no step in the history.
    const place = link.getAttribute('href')?.match(/^#(.+)/)?.[1];
    if (place) {
      event.preventDefault();
      document.getElementById(place)?.focus();
      return;
    }
    // The customers' chat and the API documents are other pages of the same server.
    if (/^\/(c|docs|redoc|api)(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}
