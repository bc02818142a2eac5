import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import Confirm from './Confirm.svelte';

beforeEach(async () => {
  document.body.innerHTML = '<main><h1>Keys</h1><button id="opener">Remove</button></main>';
  await useLocale('en', false);
});
// jsdom has no top layer; as in a browser the focus goes into the dialog.
HTMLDialogElement.prototype.showModal = function (): void {
  this.open = true;
  this.querySelector('button')?.focus();
};
const opener = (): HTMLElement => document.querySelector<HTMLElement>('#opener')!;
function asked(): () => Promise<void> {
  opener().focus();
  const { unmount } = render(Confirm, { title: 'Remove?', text: 'For good', onclose: vi.fn(), onconfirmed: vi.fn() });
  expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true);
  return async () => {
    unmount();
    await tick();
    await tick();
  };
}

it('taken away, it gives the focus back to what opened it', async () => {
  await asked()();
  expect(document.activeElement).toBe(opener());
});

it('gives the focus to the page, where what opened it has gone too', async () => {
  const close = asked();
  opener().remove();
  await close();
  expect(document.activeElement).toBe(document.querySelector('h1'));
});
