import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { useLocale } from '../i18n/i18n.svelte';
import { mutate } from './mutate';
import { dismiss, toasts } from './toast.svelte';

beforeAll(() => useLocale('ru', false));
afterEach(() => [...toasts()].forEach((it) => dismiss(it.id)));

it('shows the change at once, and takes it back with the reason', async () => {
  let status = 'open';
  const show = (): (() => void) => ((status = 'closed'), () => (status = 'open'));
  const running = mutate({ show, run: () => Promise.reject(new Problem(403, 'forbidden', '')), said: 'done' });
  expect(status).toBe('closed');
  expect((await running)?.code).toBe('forbidden');
  expect(status).toBe('open');
  expect(toasts().map((it) => it.tone)).toEqual(['bad']);
});

it('says a refusal once: not where the caller has said it better', async () => {
  const refusal = new Problem(409, 'taken', '');
  expect(await mutate({ run: () => Promise.reject(refusal), told: (it) => it.code === 'taken' })).toBe(refusal);
  expect(toasts()).toEqual([]);
});

it('says a refusal when our words for it are here, not the server’s before them', async () => {
  const refusal = new Problem(422, 'validation', 'The phone number has too few digits');
  let come = (): void => {};
  refusal.worded = new Promise((done) => (come = done));
  const running = mutate({ run: () => Promise.reject(refusal) });
  await new Promise((done) => setTimeout(done));
  expect(toasts()).toEqual([]);
  come();
  expect(await running).toBe(refusal);
  expect(toasts()).toHaveLength(1);
});

it('takes the answer in, says so, and offers to undo', async () => {
  const undo = vi.fn();
  const done = vi.fn();
  expect(await mutate({ run: async () => 5, done, said: 'Закрыто', undo })).toBeNull();
  expect(done).toHaveBeenCalledWith(5);
  const [said] = toasts();
  expect([said?.text, said?.action?.label]).toEqual(['Закрыто', 'Отменить']);
  said?.action?.run();
  expect(undo).toHaveBeenCalledTimes(1);
});

it('a fault of our own in taking the answer in is no refusal of the server', async () => {
  const takeBack = vi.fn();
  const broken = mutate({
    show: () => takeBack,
    run: async () => 1,
    done: () => {
      throw new Error('ours');
    },
  });
  await expect(broken).rejects.toThrow('ours');
  expect(takeBack).not.toHaveBeenCalled();
});
