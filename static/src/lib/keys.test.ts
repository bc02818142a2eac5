import { afterEach, expect, it } from 'vitest';
import { belongsToControl, isCharacter, isTaken, keyCaps, keyText, Sequence, stepOf } from './keys';

const pressed = (code: string, more: Partial<KeyboardEvent> = {}): string | null =>
  stepOf({ code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
afterEach(() => (document.body.innerHTML = ''));

it('names a step by the place of its key, whatever the layout', () => {
  expect(pressed('KeyJ')).toBe('KeyJ');
  expect(pressed('Slash', { shiftKey: true })).toBe('Shift+Slash');
  expect([pressed('KeyK', { ctrlKey: true }), pressed('KeyK', { metaKey: true })]).toEqual(['Mod+KeyK', 'Mod+KeyK']);
  expect(pressed('NumpadEnter')).toBe('Enter');
  expect([pressed('ShiftLeft', { shiftKey: true }), pressed('')]).toEqual([null, null]);
});

it('takes keys one after the other, within reason', () => {
  const all = [
    { keys: ['KeyG KeyI'], it: 'inbox' },
    { keys: ['KeyI'], it: 'i' },
    { keys: ['KeyJ', 'ArrowDown'], it: 'next' },
  ];
  const keys = new Sequence();
  expect([keys.press('KeyG', all, 0), keys.press('KeyI', all, 500)]).toEqual([null, 'inbox']);
  expect([keys.press('KeyG', all, 1000), keys.press('KeyI', all, 9000)]).toEqual([null, 'i']);
  // What does not go on a sequence is taken by itself.
  expect([keys.press('KeyG', all, 10_000), keys.press('ArrowDown', all, 10_100)]).toEqual([null, 'next']);
  expect([keys.press('KeyG', all, 11_000), keys.press('KeyG', all, 11_100), keys.press('KeyI', all, 11_200)]).toEqual([
    null,
    null,
    'inbox',
  ]);
});

it('leaves Enter to a link or button that has the focus', () => {
  document.body.innerHTML = '<main tabindex="-1"><h1 tabindex="-1">x</h1><a href="/x"><b>y</b></a></main>';
  expect(belongsToControl('Enter', document.querySelector('b'))).toBe(true);
  expect(belongsToControl('Enter', document.querySelector('h1'))).toBe(false);
  expect(belongsToControl('KeyJ', document.querySelector('b'))).toBe(false);
});

it('leaves arrows to a thread that scrolls, and to a list of choices that opens', () => {
  document.body.innerHTML = '<div role="log" tabindex="0"></div><select></select><textarea></textarea>';
  const [log, select, words] = ['div', 'select', 'textarea'].map((it) => document.querySelector(it));
  expect(belongsToControl('ArrowUp', log!)).toBe(true);
  expect(belongsToControl('KeyJ', log!)).toBe(false);
  expect(belongsToControl('Alt+ArrowDown', select!)).toBe(true);
  expect(belongsToControl('Alt+ArrowDown', words!)).toBe(false);
});

it('is silent while a dialog is open', () => {
  expect(isTaken()).toBe(false);
  document.body.innerHTML = '<dialog open></dialog>';
  expect(isTaken()).toBe(true);
});

it('tells keys that type something from those that do not', () => {
  expect(['KeyJ', 'Shift+Slash', 'KeyG KeyI', 'BracketRight'].map(isCharacter)).toEqual([true, true, true, true]);
  expect(['ArrowDown', 'Escape', 'Enter', 'Mod+KeyK', 'Alt+ArrowUp'].map(isCharacter)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

it('writes keys as they stand on the keyboard', () => {
  expect(['KeyG KeyI', 'Shift+Slash', 'Mod+KeyK', 'Alt+ArrowUp'].map(keyText)).toEqual(['G I', '?', 'Ctrl+K', 'Alt+↑']);
  expect(keyCaps('KeyG KeyI')).toEqual([['G'], ['I']]);
});
