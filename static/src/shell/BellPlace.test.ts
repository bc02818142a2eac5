import { fireEvent, render } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import type { Component } from 'svelte';
import { useLocale } from '../i18n/i18n.svelte';
import { Later } from '../lib/later.svelte';
import { toasts } from '../lib/toast.svelte';
import BellPlace from './BellPlace.svelte';

beforeAll(() => useLocale('en', false));

it('has its sign before the bell has come, and a press that came first is not lost', async () => {
  const Bell = vi.fn();
  const later = new Later(async () => ({ default: Bell as unknown as Component<{ class: string }> }));
  const { getByRole } = render(BellPlace, { bell: later, class: 'x' });
  expect(Bell).not.toHaveBeenCalled();
  await fireEvent.click(getByRole('button', { name: 'Notifications' }));
  await vi.waitFor(() => expect(Bell.mock.calls[0]?.[1]).toMatchObject({ open: true, class: 'x' }));
});

const place = () => {
  const Bell = vi.fn();
  let come = (): void => {};
  const module = { default: Bell as unknown as Component<{ class: string }> };
  const later = new Later(() => new Promise<typeof module>((done) => (come = () => done(module))));
  const button = render(BellPlace, { bell: later, class: 'x' }).getByRole('button');
  const given = async (): Promise<{ open: boolean; focused: boolean }> => {
    later.ask();
    come();
    await vi.waitFor(() => expect(Bell).toHaveBeenCalled());
    return Bell.mock.calls[0]![1];
  };
  return { button, given };
};

it('hands its focus to the bell', async () => {
  const { button, given } = place();
  button.focus();
  expect(await given()).toMatchObject({ open: false, focused: true });
});

it('calls nobody back who pressed it and has moved on', async () => {
  const { button, given } = place();
  button.focus();
  await fireEvent.click(button);
  const elsewhere = document.body.appendChild(document.createElement('input'));
  elsewhere.focus();
  expect(await given()).toMatchObject({ open: false, focused: false });
  elsewhere.remove();
});

it('says it when a press has brought nothing', async () => {
  const later = new Later<Component<{ class: string }>>(() => Promise.reject(new Error('offline')));
  const { getByRole } = render(BellPlace, { bell: later, class: 'x' });
  await fireEvent.click(getByRole('button'));
  await vi.waitFor(() => expect(toasts().map((it) => it.text)).toEqual(['Could not load']));
});
