import { beforeEach, expect, it } from 'vitest';
import { prefs, setPref } from './prefs.svelte';

const KEY = 'sb.prefs';
const kept = (): Record<string, unknown> => JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
beforeEach(() => localStorage.clear());

it('sets one thing and leaves what another tab has set', () => {
  setPref('listWidth', 300);
  localStorage.setItem(KEY, JSON.stringify({ ...kept(), sendWith: 'ctrl-enter' }));
  setPref('listWidth', 310);
  expect(kept()).toEqual({ listWidth: 310, sendWith: 'ctrl-enter' });
});

it('follows another tab, but for what each shows by itself', () => {
  localStorage.setItem(KEY, JSON.stringify({ theme: 'dark', singleKeys: false, listFilter: '?status=closed' }));
  dispatchEvent(new StorageEvent('storage', { key: KEY }));
  expect([prefs.theme, prefs.singleKeys, prefs.listFilter]).toEqual(['dark', false, '']);
  expect(document.documentElement.dataset.theme).toBe('dark');
});
