import { flushSync } from 'svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { oneOf, words } from './query';
import { query, type Query } from './query.svelte';
import { navigate, setLeaveGuard, startRouter } from './router.svelte';

const SPEC = { status: oneOf(['any', 'new'], 'any'), q: words };
let filters: Query<{ status: 'any' | 'new'; q: string }>;
let seen: string[];
beforeAll(startRouter);
beforeEach(() => {
  navigate('/leads');
  seen = [];
  return $effect.root(() => {
    filters = query(SPEC);
    $effect(() => void seen.push(`${filters.value.status} ${filters.value.q}`));
  });
});

it('writes the address and follows it, back and forward', async () => {
  filters.set({ status: 'new' });
  filters.set({ q: 'дом' }, { replace: true });
  expect(location.pathname + decodeURIComponent(location.search)).toBe('/leads?status=new&q=дом');
  history.back();
  await vi.waitFor(() => expect(filters.value).toEqual({ status: 'any', q: '' }));
  history.forward();
  await vi.waitFor(() => expect(filters.value).toEqual({ status: 'new', q: 'дом' }));
  flushSync();
  expect(seen.at(-1)).toBe('new дом');
});

it('forgets everything at once', () => {
  filters.set({ status: 'new', q: 'a' });
  filters.reset();
  expect(location.search).toBe('');
});

it('leaves nothing by another filter: nobody is asked about unsaved changes', () => {
  const guard = vi.fn(() => false);
  setLeaveGuard(guard);
  filters.set({ status: 'new' });
  expect(guard).not.toHaveBeenCalled();
  expect(location.search).toBe('?status=new');
  setLeaveGuard(null);
});

it('keeps what it has said while the next page comes', () => {
  filters.set({ status: 'new' });
  flushSync();
  navigate('/team');
  flushSync();
  expect(filters.value).toEqual({ status: 'new', q: '' });
  expect(seen.at(-1)).toBe('new ');
});

it('goes back to what was shown, and takes an address that says so at its word, whatever is kept', async () => {
  let last = $state('');
  const kept = { read: () => last, write: (it: string) => void (last = it) };
  const isHome = (path: string): boolean => path.startsWith('/inbox');
  navigate('/inbox');
  const end = $effect.root(() => void (filters = query(SPEC, { kept, isHome })));
  flushSync();
  navigate('/inbox/5');
  flushSync();
  filters.set({ status: 'new' });
  flushSync();
  history.go(-2);
  await vi.waitFor(() => expect(location.pathname).toBe('/inbox'));
  flushSync();
  expect([filters.value.status, location.search]).toEqual(['any', '?status=any']);
  // And its links lead to what it shows.
  expect(filters.search).toBe('?status=any');
  history.go(2);
  await vi.waitFor(() => expect(filters.value.status).toBe('new'));
  navigate('/inbox?status=any');
  flushSync();
  expect([filters.value.status, filters.search, last]).toEqual(['any', '?status=any', '?status=new']);
  navigate('/inbox');
  flushSync();
  expect([filters.value.status, location.search]).toEqual(['new', '?status=new']);
  end();
});

it('where the address says nothing, what was chosen last holds, and is written there', () => {
  let last = '?status=new';
  const kept = { read: () => last, write: (it: string) => void (last = it) };
  const isHome = (path: string): boolean => path === '/' || path.startsWith('/inbox');
  navigate('/');
  const end = $effect.root(() => void (filters = query(SPEC, { kept, isHome })));
  flushSync();
  expect([filters.value.status, filters.search, location.search]).toEqual(['new', '?status=new', '?status=new']);
  // Another address of the same page.
  navigate('/inbox/mine?q=a');
  flushSync();
  expect([filters.value, last]).toEqual([{ status: 'any', q: 'a' }, '?status=new']);
  navigate('/inbox');
  flushSync();
  expect(location.search).toBe('?status=new');
  filters.set({ status: 'any' });
  flushSync();
  expect([location.search, last, filters.value.status]).toEqual(['', '', 'any']);
  navigate('/leads?q=b');
  flushSync();
  expect(filters.value.q).toBe('');
  end();
});
