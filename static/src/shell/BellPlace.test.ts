import { fireEvent, render } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import type { Component } from 'svelte';
import { useLocale } from '../i18n/i18n.svelte';
import { Later } from '../lib/later.svelte';
import BellPlace from './BellPlace.svelte';

it('has its sign before the bell has come, and a press that came first is not lost', async () => {
  await useLocale('en', false);
  const Bell = vi.fn();
  const later = new Later(async () => ({ default: Bell as unknown as Component<{ class: string }> }));
  const { getByRole } = render(BellPlace, { bell: later, class: 'x' });
  expect(Bell).not.toHaveBeenCalled();
  await fireEvent.click(getByRole('button', { name: 'Notifications' }));
  await vi.waitFor(() => expect(Bell.mock.calls[0]?.[1]).toMatchObject({ open: true, class: 'x' }));
});
