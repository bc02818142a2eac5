// Shortcuts by physical key (event.code), so that they work on Russian and Kazakh layouts too. 'KeyJ', 'Shift+Slash', 'Mod+KeyK'
// (Ctrl, or ⌘ on a Mac) are steps; steps with a space between them are pressed one after the other: 'KeyG KeyI'.

const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
const MODIFIER = /^(Control|Shift|Alt|Meta|OS|CapsLock|Fn)/;
/** How long the second key of a sequence is waited for. */
const PATIENCE = 1200;

type Pressed = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What was pressed, as a step; null for a modifier alone. */
export function stepOf(event: Pressed): string | null {
  if (!event.code || MODIFIER.test(event.code)) return null;
  const held = [(event.ctrlKey || event.metaKey) && 'Mod', event.altKey && 'Alt', event.shiftKey && 'Shift'];
  return [...held, event.code.replace('NumpadEnter', 'Enter')].filter(Boolean).join('+');
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Enter and the space bar on a link or button are theirs. */
export function belongsToControl(step: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (/^(Enter|Space)$/.test(step)) return !!target.closest('a, button, summary, label, [role]:not(main)');
  // A thread that has the focus scrolls; a list of choices opens by Alt and an arrow.
  if (/^Arrow(Up|Down)$/.test(step)) return !!target.closest('[role=log]');
  return /^Alt\+Arrow(Up|Down)$/.test(step) && target instanceof HTMLSelectElement;
}

/** An open dialog or menu has the keyboard for itself. */
export const isTaken = (): boolean =>
  !!document.querySelector(
    'dialog[open], [role=dialog][data-state=open], [role=menu][data-state=open], [role=listbox][data-state=open]',
  ) || [...document.querySelectorAll<HTMLElement>('[popover=auto]')].some((it) => it.matches(':popover-open'));

/** A single letter, digit or sign: whoever speaks to the computer or types by mistake must be able to do without (WCAG 2.1.4). */
export const isCharacter = (keys: string): boolean =>
  /^(Shift\+)?(Key|Digit|Slash|Bracket|Semicolon|Quote|Comma|Period|Minus|Equal|Backquote|Backslash|Intl)/.test(keys);

/** Waits for the rest of a sequence; the same key again and again is no sequence. */
export class Sequence {
  #pressed: string[] = [];
  #at = -Infinity;

  /** The first of those whose keys are now complete. */
  press<T>(step: string, all: readonly { keys: readonly string[]; it: T }[], at: number): T | null {
    const before = at - this.#at <= PATIENCE ? this.#pressed : [];
    for (const steps of before.length ? [[...before, step], [step]] : [[step]]) {
      const now = steps.join(' ');
      const hit = all.find(({ keys }) => keys.includes(now));
      this.#pressed = !hit && all.some(({ keys }) => keys.some((it) => it.startsWith(`${now} `))) ? steps : [];
      this.#at = at;
      if (hit) return hit.it;
      if (this.#pressed.length) return null;
    }
    return null;
  }
}

const SIGNS: Record<string, string> = {
  Slash: '/',
  BracketLeft: '[',
  BracketRight: ']',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Minus: '-',
  Equal: '=',
  Backquote: '`',
  Backslash: '\\',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Mod: MAC ? '⌘' : 'Ctrl',
  Alt: MAC ? '⌥' : 'Alt',
};

/** As it stands on the keys: [['G'], ['I']], [['Ctrl', 'K']]. */
export const keyCaps = (keys: string): string[][] =>
  keys
    .split(' ')
    .map((step) =>
      step === 'Shift+Slash' ? ['?'] : step.split('+').map((it) => SIGNS[it] ?? it.replace(/^(Key|Digit|Numpad)/, '')),
    );

/** In one piece, for a menu or a tooltip. */
export const keyText = (keys: string): string =>
  keyCaps(keys)
    .map((it) => it.join('+'))
    .join(' ');
