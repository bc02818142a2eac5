import { afterEach, expect, it, vi } from 'vitest';
import { browser } from '../realtime/tabs/testing';
import { exclusively } from './exclusively';

const give = (locks: unknown): void =>
  void Object.defineProperty(navigator, 'locks', { value: locks, configurable: true, writable: true });
afterEach(() => give(undefined));

it('runs at once where there are no locks, or none are given', async () => {
  expect(await exclusively('x', async () => 1)).toBe(1);
  give({ request: () => Promise.reject(new DOMException('', 'SecurityError')) });
  expect(await exclusively('x', async () => 2)).toBe(2);
});

it('waits for another tab, and lets the next one in when it fails', async () => {
  vi.useFakeTimers();
  const tabs = browser();
  const log: string[] = [];
  give(tabs.env('other').locks);
  void navigator.locks.request('x', {}, () => new Promise<void>((done) => setTimeout(() => (log.push('other'), done()), 50)));
  give(tabs.env('own').locks);
  const failed = exclusively('x', async () => {
    log.push('own');
    throw new Error('refused');
  }).catch((error: Error) => log.push(error.message));
  await vi.advanceTimersByTimeAsync(200);
  await failed;
  expect(log).toEqual(['other', 'own', 'refused']);
  expect(await Promise.all([exclusively('x', async () => 3), vi.advanceTimersByTimeAsync(10)])).toEqual([3, expect.anything()]);
  vi.useRealTimers();
});

it('does not wait for itself', async () => {
  expect(await exclusively('x', () => exclusively('x', async () => 4))).toBe(4);
});
