import { flushSync } from 'svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { steady } from './hand.svelte';

const told = (type: string): void => {
  document.body.dispatchEvent(new Event(type, { bubbles: true }));
  flushSync();
};
let wanted = $state(1);
let drawn: { readonly value: number };
beforeAll(() => void vi.useFakeTimers());
beforeEach(() => {
  wanted = 1;
  return $effect.root(() => void (drawn = steady(() => wanted)));
});
const becomes = (value: number): number => {
  wanted = value;
  flushSync();
  return drawn.value;
};

it('follows at once while no hand presses', () => {
  expect([drawn.value, becomes(2), becomes(3)]).toEqual([1, 2, 3]);
});

it.each(['pointerup', 'pointercancel', 'lostpointercapture', 'dragend'])(
  'holds from a press to its %s, and for the click after it',
  (end) => {
    told('pointerdown');
    expect(becomes(2)).toBe(1);
    told(end);
    // The click is dispatched in this moment.
    expect([drawn.value, becomes(3)]).toEqual([1, 1]);
    vi.runAllTimers();
    flushSync();
    expect(drawn.value).toBe(3);
  },
);

it('knows of a hand that was lifted outside the window', () => {
  const moved = (buttons: number): void => {
    document.body.dispatchEvent(Object.assign(new Event('pointermove', { bubbles: true }), { buttons }));
    vi.runAllTimers();
    flushSync();
  };
  told('pointerdown');
  moved(1);
  expect(becomes(2)).toBe(1);
  moved(0);
  expect(drawn.value).toBe(2);
  told('pointerdown');
  // The field one was in loses the focus to the press, which goes on.
  document.body.dispatchEvent(new Event('blur'));
  vi.runAllTimers();
  expect(becomes(3)).toBe(2);
  dispatchEvent(new Event('blur'));
  vi.runAllTimers();
  expect(becomes(4)).toBe(4);
});
