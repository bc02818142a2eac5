import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import Menu from './Menu.svelte';
import Popover from './Popover.svelte';
import { givePopovers } from './testing';

givePopovers();
const words = createRawSnippet(() => ({ render: () => '<span>…</span>' }));

/** As a browser tells a press beside an open popover: down, closed, then the click. */
async function pressed(button: HTMLElement): Promise<string | null> {
  await fireEvent.pointerDown(button);
  document.querySelector<HTMLElement>('[popover]')?.hidePopover();
  await fireEvent.click(button, { detail: 1 });
  return button.getAttribute('aria-expanded');
}

it.each([
  ['menu', () => render(Menu, { items: [{ label: 'One', run: () => {} }], label: 'More', trigger: words })],
  ['popover', () => render(Popover, { label: 'More', title: 'More', class: '', trigger: words, children: words })],
])('a %s is closed by the button that opened it', async (_, show) => {
  show();
  const button = screen.getByRole('button', { name: 'More' });
  expect([await pressed(button), await pressed(button), await pressed(button)]).toEqual(['true', 'false', 'true']);
  // A reader's click comes without a pointer.
  await fireEvent.click(button);
  expect(button.getAttribute('aria-expanded')).toBe('false');
  await fireEvent.click(button);
  expect(button.getAttribute('aria-expanded')).toBe('true');
});

it('is opened by a press whose last closing has not been told yet', async () => {
  render(Menu, { items: [{ label: 'One', run: () => {} }], label: 'Late', trigger: words });
  const button = screen.getByRole('button', { name: 'Late' });
  const menu = document.getElementById(button.getAttribute('aria-controls')!)!;
  await pressed(button);
  // The browser tells of it a task later; a busy page may have been pressed again by then.
  menu.addEventListener('toggle', (event) => event.stopImmediatePropagation(), { capture: true, once: true });
  menu.hidePopover();
  await fireEvent.pointerDown(button);
  await fireEvent.click(button, { detail: 1 });
  expect(menu.matches(':popover-open')).toBe(true);
});

it('fills in what comes after it was opened', async () => {
  const onopen = vi.fn();
  const one = { label: 'One', run: () => {} };
  const { rerender } = render(Menu, { items: [one], label: 'Whom', trigger: words, onopen });
  const button = screen.getByRole('button', { name: 'Whom' });
  await fireEvent.click(button);
  await rerender({ items: [one, { label: 'Two', run: () => {} }] });
  expect(onopen).toHaveBeenCalledOnce();
  expect(screen.getByText('Two')).toBeTruthy();
  expect(document.getElementById(button.getAttribute('aria-controls')!)!.matches(':popover-open')).toBe(true);
});

it('what comes above takes neither the focus nor the hand from the one they are on', async () => {
  const runs = { dana: vi.fn(), other: vi.fn() };
  const dana = { id: 2, label: 'Дана', run: runs.dana };
  const { rerender } = render(Menu, { items: [dana], label: 'Among whom', trigger: words });
  await fireEvent.click(screen.getByRole('button', { name: 'Among whom' }));
  const item = screen.getByText('Дана').closest('button')!;
  expect(document.activeElement).toBe(item);
  // Another one of that name, and two lines.
  await rerender({ items: [{ id: 1, label: 'Дана', run: runs.other }, 'line', dana, 'line'] });
  expect(document.activeElement).toBe(item);
  await fireEvent.click(item);
  expect([runs.dana.mock.calls.length, runs.other.mock.calls.length]).toEqual([1, 0]);
});
