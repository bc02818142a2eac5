import { afterEach, expect, it, vi } from 'vitest';
import { storage } from './storage';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const key of storage.keys('')) storage.remove(key);
});

const blocked = (): void =>
  void vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  });

it('keeps in the browser what it may', () => {
  storage.set('a.1', '"x"');
  expect(localStorage.getItem('a.1')).toBe('"x"');
  expect(storage.read('a.1')).toBe('x');
  expect(storage.keys('a.')).toEqual(['a.1']);
  storage.remove('a.1');
  expect(storage.get('a.1')).toBeNull();
});

it("a browser that blocks storage gets this page's memory", () => {
  blocked();
  storage.set('a.1', 'one');
  storage.set('b.1', 'other');
  expect(storage.get('a.1')).toBe('one');
  expect(storage.keys('a.')).toEqual(['a.1']);
  storage.remove('a.1');
  expect(storage.get('a.1')).toBeNull();
});

it('a full storage loses nothing of this page, and takes the newest again when there is room', () => {
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError');
  });
  storage.set('a.1', 'new');
  expect(storage.get('a.1')).toBe('new');
  full.mockRestore();
  storage.set('a.1', 'newer');
  expect(localStorage.getItem('a.1')).toBe('newer');
});

it('what cannot be read is as good as nothing', () => {
  localStorage.setItem('a.1', '{');
  expect(storage.read('a.1')).toBeNull();
});
