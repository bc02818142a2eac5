import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepFocus, landFocus, Roving, showPlace } from './focus';

const find = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
beforeEach(() => {
  document.body.innerHTML = '<nav><a href="/x">x</a></nav><main tabindex="-1"><h1>Page</h1><button>b</button></main>';
});

it('moves the focus to the heading of a new page only if the old focus is gone', () => {
  find('a').focus();
  landFocus(find('main'));
  expect(document.activeElement).toBe(find('a'));
  find('a').remove();
  landFocus(find('main'));
  expect(document.activeElement).toBe(find('h1'));
});

it('takes the page itself where there is no heading, and leaves a dialog alone', () => {
  find('h1').remove();
  find('main').insertAdjacentHTML('afterend', '<dialog open></dialog>');
  landFocus(find('main'));
  expect(document.activeElement).toBe(document.body);
  find('dialog').remove();
  landFocus(find('main'));
  expect(document.activeElement).toBe(find('main'));
});

afterEach(() => {
  location.hash = '';
});
it('goes to the place the address names, when it has come', async () => {
  HTMLElement.prototype.scrollIntoView = vi.fn();
  location.hash = '#keys';
  showPlace('#keys');
  find('main').insertAdjacentHTML('beforeend', '<div id="keys">k</div>');
  await vi.waitFor(() => expect(document.activeElement).toBe(find('#keys')));
  // A message's place is the thread's own business.
  location.hash = '#m12';
  showPlace('#m12');
  expect(document.activeElement).toBe(find('#keys'));
});

it('gives the focus back to whoever had it, or to who stands in for it', () => {
  find('button').focus();
  const back = keepFocus(() => find('a'));
  find('button').blur();
  back();
  expect(document.activeElement).toBe(find('button'));
  find('button').remove();
  back();
  expect(document.activeElement).toBe(find('a'));
});

it('keeps its row when rows move, hands over to the neighbour of one that is gone, and stops at the ends', () => {
  const list = new Roving<number>();
  list.follow([1, 2, 3]);
  expect([list.current, list.stopsAt(1), list.stopsAt(2)]).toEqual([1, 0, -1]);
  expect(list.step(1)).toBe(2);
  list.follow([3, 1, 2]);
  expect([list.current, list.step(1)]).toEqual([2, 2]);
  list.follow([3, 1]);
  expect(list.current).toBe(1);
  expect(list.step(-9)).toBe(3);
  list.follow([]);
  expect([list.current, list.step(1)]).toEqual([null, null]);
});
