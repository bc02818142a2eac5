import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import '../i18n/all-words';
import { t, useLocale } from '../i18n/i18n.svelte';
import { ACTION_IDS, entryOf, meet } from './action-table';
import { act, active, acts, hint, offer, onActionKey } from './actions.svelte';
import { setPref } from './prefs.svelte';

const next = vi.fn();
const palette = vi.fn();
let take: () => void;
const press = (code: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): boolean => {
  const event = new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...more });
  target.addEventListener('keydown', (it) => onActionKey(it as KeyboardEvent), { once: true });
  return !target.dispatchEvent(event);
};
beforeEach(() => {
  document.body.innerHTML = '<input>';
  take = offer(() => acts({ 'list.next': next, 'app.palette': palette, 'lead.take': false }));
});
afterEach(() => {
  take();
  setPref('keys', {});
  setPref('singleKeys', true);
  vi.clearAllMocks();
});

it('does by the key what the page offers, and says that the key was taken', () => {
  expect(press('KeyJ')).toBe(true);
  expect(press('KeyA')).toBe(false);
  expect(next).toHaveBeenCalledTimes(1);
  act('list.next');
  expect(next).toHaveBeenCalledTimes(2);
  take();
  expect(active()).toEqual([]);
});

it('is silent while one types, but for what works there', () => {
  const input = document.querySelector('input')!;
  expect(press('KeyJ', {}, input)).toBe(false);
  expect(press('KeyK', { ctrlKey: true }, input)).toBe(true);
  expect([next.mock.calls.length, palette.mock.calls.length]).toEqual([0, 1]);
});

it('lets a page’s own deed go before its frame’s', () => {
  const own = vi.fn();
  const back = offer(() => acts({ 'list.next': own }));
  press('KeyJ');
  back();
  expect([own.mock.calls.length, next.mock.calls.length]).toEqual([1, 0]);
});

it('takes the keys that somebody has chosen, and none of those turned off', () => {
  setPref('keys', { 'list.next': 'KeyM' });
  expect([press('KeyJ'), press('KeyM'), hint('list.next')]).toEqual([false, true, 'M']);
  setPref('keys', { 'list.next': '' });
  expect([press('KeyJ'), press('ArrowDown'), hint('list.next')]).toEqual([false, false, '']);
});

it('lets single letters be turned off, all at once', () => {
  setPref('singleKeys', false);
  expect([press('KeyJ'), press('ArrowDown'), press('KeyK', { ctrlKey: true })]).toEqual([false, true, true]);
});

it('gives no two deeds of one page the same keys', () => {
  const twice = ACTION_IDS.flatMap((one, i) =>
    ACTION_IDS.slice(i + 1)
      .filter((other) => meet(one, other) && entryOf(one).keys.some((it) => entryOf(other).keys.includes(it)))
      .map((other) => `${one} ${other}`),
  );
  expect(twice).toEqual([]);
});

it('has words for every deed', async () => {
  for (const language of ['ru', 'kk', 'en'] as const) {
    await useLocale(language, false);
    for (const id of ACTION_IDS) expect(t(`action.${id}`), `${language} ${id}`).not.toBe(`action.${id}`);
  }
});
