import type { Id } from '../../api/types';

export type View = { conversation: Id | null; visible: boolean; /** When this tab last had the focus. */ focused: number };

/**
 * What each tab shows. A person has one pair of eyes and the server knows one `viewing` per socket: it is told of the tab that was
 * looked at last, of those that are on the screen and show a conversation; of a hidden one only when there is no such.
 */
export class Views {
  #views = new Map<string, View>();

  set(tab: string, view: View): void {
    this.#views.set(tab, view);
  }

  drop(tab: string): void {
    this.#views.delete(tab);
  }

  clear(): void {
    this.#views.clear();
  }

  looked(): Id | null {
    const shown = [...this.#views.values()].filter((it) => it.conversation !== null);
    shown.sort((a, b) => Number(b.visible) - Number(a.visible) || b.focused - a.focused);
    return shown[0]?.conversation ?? null;
  }
}
