import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { currentPath, navigate, setLeaveGuard, startRouter } from './router.svelte';

beforeAll(startRouter);
afterEach(() => setLeaveGuard(null));
const settled = (path: string): Promise<void> =>
  vi.waitFor(() => expect([currentPath(), location.pathname]).toEqual([path, path]));
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 50));

it('goes back and forward', async () => {
  navigate('/inbox');
  navigate('/me');
  history.back();
  await settled('/inbox');
  history.forward();
  await settled('/me');
});

it('asks before the back button leaves unsaved changes, and stays when told so', async () => {
  navigate('/team');
  navigate('/me');
  const guard = vi.fn(() => false);
  setLeaveGuard(guard);
  history.back();
  await vi.waitFor(() => expect(guard).toHaveBeenCalledTimes(1));
  await settled('/me');
  await pause();
  expect(guard).toHaveBeenCalledTimes(1);

  guard.mockReturnValue(true);
  history.back();
  await settled('/team');
  expect(guard).toHaveBeenCalledTimes(2);
  // What was ahead is still ahead: staying has not cut the history off.
  history.forward();
  await settled('/me');
  expect(guard).toHaveBeenCalledTimes(2);
});

it('asks before the forward button too', async () => {
  navigate('/me');
  navigate('/team');
  history.back();
  await settled('/me');
  const guard = vi.fn(() => false);
  setLeaveGuard(guard);
  history.forward();
  await vi.waitFor(() => expect(guard).toHaveBeenCalledTimes(1));
  await settled('/me');
});

it('moves the focus to a place on this page, and stays on it', () => {
  document.body.innerHTML = '<a href="#main">skip</a><main id="main" tabindex="-1"></main>';
  const before = location.href;
  document.querySelector('a')!.click();
  expect(document.activeElement?.id).toBe('main');
  expect(location.href).toBe(before);
});
