// The whole router: the path is state, links are ordinary <a href>.
let path = $state(location.pathname);
let guard: (() => boolean) | null = null;

export const currentPath = (): string => path;

/** A page with unsaved changes sets a guard; it answers whether leaving is fine. */
export function setLeaveGuard(next: (() => boolean) | null): void {
  guard = next;
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search + location.hash) return;
  if (guard && !guard()) return;
  guard = null;
  history[options.replace ? 'replaceState' : 'pushState'](null, '', to);
  path = location.pathname;
}

export function startRouter(): void {
  addEventListener('popstate', () => (path = location.pathname));
  addEventListener('beforeunload', (event) => {
    if (guard) event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    // The customers' chat and the API documents are other pages of the same server.
    if (/^\/(c|docs|redoc|api)(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}
