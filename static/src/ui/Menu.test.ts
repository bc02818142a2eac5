import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
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
