import { tick } from 'svelte';

/** Where the keyboard's focus goes when what had it is gone, and how it comes back. */

export const isLost = (): boolean => !document.activeElement || document.activeElement === document.body;

/** After another page has come: whoever still has the focus keeps it; else it goes to the page's heading, or the page itself. */
export function landFocus(page: HTMLElement | null): void {
  if (!isLost() || document.querySelector('dialog[open]')) return;
  const target = page?.querySelector<HTMLElement>('h1') ?? page;
  if (!target) return;
  if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/** A place on the page that the address names (#keys): shown as soon as it is there, which may be after the page has been fetched. */
export function showPlace(hash: string, patience = 20): void {
  if (!/^#[a-z]+$/.test(hash)) return;
  const place = document.getElementById(hash.slice(1));
  if (!place) return void (patience > 0 && setTimeout(() => location.hash === hash && showPlace(hash, patience - 1), 100));
  place.scrollIntoView({ block: 'start' });
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Remembers who has the focus; what it answers gives it back, if it is still there and nobody else has taken it. */
export function keepFocus(otherwise?: () => HTMLElement | null | undefined): () => void {
  const before = document.activeElement as HTMLElement | null;
  return () => {
    if (!isLost()) return;
    const target = before?.isConnected && before !== document.body ? before : otherwise?.();
    target?.focus();
  };
}

/**
 * Shows a dialog as the only thing that can be used. Its closing gives the focus back also where the dialog is simply taken away;
 * where what opened it is gone too, to the page.
 */
export function modal(node: HTMLDialogElement): () => void {
  const back = keepFocus();
  node.showModal();
  return () =>
    void tick().then(() => {
      back();
      landFocus(document.querySelector('main'));
    });
}

/**
 * One stop of the Tab key for a whole list (roving tabindex). The row is remembered by its key, so it keeps its place when rows are
 * made anew, move or scroll away; a row that is gone hands over to its neighbour.
 */
export class Roving<K> {
  #keys: readonly K[] = [];
  #at = 0;
  current: K | null = null;

  /** Told the rows in their order, whenever they change. */
  follow(keys: readonly K[]): void {
    this.#keys = keys;
    const found = this.current === null ? -1 : keys.indexOf(this.current);
    if (found >= 0) this.#at = found;
    else this.current = keys[Math.min(this.#at, keys.length - 1)] ?? null;
  }

  stopsAt = (key: K): 0 | -1 => (key === this.current ? 0 : -1);

  take(key: K): void {
    this.current = key;
    this.#at = Math.max(0, this.#keys.indexOf(key));
  }

  /** The row so many steps on, never beyond the ends. */
  step(by: number): K | null {
    if (this.#keys.length === 0) return null;
    const to = Math.min(this.#keys.length - 1, Math.max(0, this.#at + by));
    this.take(this.#keys[to] as K);
    return this.current;
  }
}
