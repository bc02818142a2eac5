import { untrack } from 'svelte';

// A press has two ends. What moves the page between them makes it miss: the button is no longer under the hand, and nothing is clicked.
let down = $state(false);
const ended = (): unknown => setTimeout(() => (down = false));
addEventListener('pointerdown', () => (down = true), { capture: true, passive: true });
// The click comes after the pointer is up, and must still find its button.
for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'dragend'])
  addEventListener(end, ended, { capture: true, passive: true });
// The window's own: whatever loses the focus to the press tells of it here as well.
addEventListener('blur', (event) => event.target instanceof Node || ended(), { capture: true });
// Let go outside the window, which nobody has told: the hand comes back with nothing pressed.
addEventListener('pointermove', (event) => down && event.buttons === 0 && ended(), { capture: true, passive: true });

/** Follows what it is of, but not while a hand presses. For what pushes the page about: it can wait that long. */
export function steady<T>(of: () => T): { readonly value: T } {
  let value = $state.raw(untrack(of));
  $effect.pre(() => {
    const next = of();
    if (!down) value = next;
  });
  return {
    get value() {
      return value;
    },
  };
}
