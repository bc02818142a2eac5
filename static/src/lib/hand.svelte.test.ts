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

it.each(['pointerup', 'pointercancel'])('holds from a press to its %s, and for the click after it', (end) => {
  told('pointerdown');
  expect(becomes(2)).toBe(1);
  told(end);
  // The click is dispatched in this moment.
  expect([drawn.value, becomes(3)]).toEqual([1, 1]);
  vi.runAllTimers();
  flushSync();
  expect(drawn.value).toBe(3);
});
