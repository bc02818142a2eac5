// Keyboard shortcuts by physical key (event.code), so they work on Russian and Kazakh layouts too.
export type Shortcut = { code: string; shift?: boolean; run: () => void };

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

export function onShortcut(event: KeyboardEvent, shortcuts: Shortcut[]): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // An open dialog or menu has the keyboard for itself.
  if (document.querySelector('dialog[open], [popover]:popover-open')) return;
  const hit = shortcuts.find((it) => it.code === event.code && (it.shift ?? false) === event.shiftKey);
  if (!hit) return;
  event.preventDefault();
  hit.run();
}
