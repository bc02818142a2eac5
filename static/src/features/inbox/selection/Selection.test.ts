import { fireEvent, render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import '../../../i18n/all-words';
import { useLocale } from '../../../i18n/i18n.svelte';
import { onActionKey } from '../../../lib/actions.svelte';
import { hub } from '../../../realtime/hub.svelte';
import { conversation } from '../../../realtime/testing';
import { givePopovers } from '../../../ui/testing';
import ListPane from '../ListPane.svelte';
import { ConversationList } from '../lists.svelte';
import { picked } from '../picked.svelte';

givePopovers();
beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  hub.store.reset();
  window.matchMedia = () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
  Element.prototype.setPointerCapture = () => {};
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  addEventListener('keydown', onActionKey);
});
afterEach(() => {
  removeEventListener('keydown', onActionKey);
  picked.ids = new Set();
});

/** Rows 1, 2, 3 from above. */
async function draw() {
  for (const id of [1, 2, 3]) hub.store.putRow(conversation({ id, updated_at: `2026-01-01T00:${20 - id}:00Z` }));
  const list = new ConversationList('all', 'open');
  list.cursor = null;
  const filter = { value: { status: 'open', handler: 'any' }, search: '', set: vi.fn(), reset: vi.fn() } as never;
  const drawn = render(ListPane, { list, view: 'all', filter, selected: null });
  await fireEvent(window, new Event('pointermove'));
  // The code for it comes later than the list; then the keys are offered.
  await vi.waitFor(
    () => {
      press('KeyX');
      expect(picked.ids.size).toBe(1);
    },
    { timeout: 10_000, interval: 50 },
  );
  press('KeyX');
  const row = (id: number): HTMLElement => drawn.container.querySelector(`[data-key="${id}"] a.row`)!;
  const box = (id: number): HTMLElement => drawn.container.querySelector(`[data-key="${id}"] [role=checkbox]`)!;
  return { ...drawn, row, box };
}
function press(code: string, more: KeyboardEventInit = {}): void {
  (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...more }),
  );
  flushSync();
}
const ids = (): number[] => [...picked.ids].sort();

it('chooses by key, further by Shift, all by Ctrl+A in the list, and none by Esc', async () => {
  const { row, box, findByRole, queryByRole } = await draw();
  row(1).focus();
  press('KeyX');
  expect([ids(), box(1).getAttribute('aria-checked')]).toEqual([[1], 'true']);
  expect((await findByRole('group', { name: 'Действия с выбранными диалогами' })).textContent).toContain('Выбрана 1 строка');
  press('KeyJ', { shiftKey: true });
  expect(ids()).toEqual([1, 2]);
  await vi.waitFor(() => expect(document.activeElement).toBe(row(2)));
  press('KeyA', { ctrlKey: true });
  expect(ids()).toEqual([1, 2, 3]);
  press('Escape');
  expect([ids(), queryByRole('group', { name: 'Действия с выбранными диалогами' })]).toEqual([[], null]);
  (document.activeElement as HTMLElement).blur();
  press('KeyA', { ctrlKey: true });
  expect(ids()).toEqual([]);
});

it('chooses by the box, by Shift and a click from there on, and follows no link by it', async () => {
  const { row, box } = await draw();
  await fireEvent.click(box(3));
  expect(ids()).toEqual([3]);
  const followed = !(await fireEvent.click(row(1), { shiftKey: true }));
  expect([ids(), followed]).toEqual([[1, 2, 3], true]);
  await fireEvent.click(box(2));
  expect(ids()).toEqual([1, 3]);
});

it('chooses by a long press of a finger, and from then on by a tap', async () => {
  const { row } = await draw();
  vi.useFakeTimers();
  const touch = (name: string): Event =>
    Object.assign(new Event(name, { bubbles: true }), { pointerType: 'touch', clientX: 1, clientY: 1 });
  row(2).dispatchEvent(touch('pointerdown'));
  vi.advanceTimersByTime(600);
  row(2).dispatchEvent(touch('pointerup'));
  row(2).click();
  vi.useRealTimers();
  expect(ids()).toEqual([2]);
  row(1).dispatchEvent(touch('pointerdown'));
  row(1).dispatchEvent(touch('pointerup'));
  row(1).click();
  expect(ids()).toEqual([1, 2]);
});

it('lets go what the list shows no more', async () => {
  const { box } = await draw();
  await fireEvent.click(box(1));
  await fireEvent.click(box(2));
  hub.store.changeRow(2, { status: 'closed' });
  flushSync();
  expect(ids()).toEqual([1]);
});
