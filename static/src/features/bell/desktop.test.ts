import { expect, it, vi } from 'vitest';

it('counts as refused where no page may show one, whatever was allowed', async () => {
  const made = vi.fn();
  class Phone {
    static permission = 'granted';
    constructor() {
      made();
      throw new TypeError('Illegal constructor');
    }
  }
  vi.stubGlobal('Notification', Phone);
  const { desktop } = await import('./desktop.svelte');
  await desktop.turnOn();
  expect([desktop.on, desktop.refused]).toEqual([true, false]);
  [1, 2].forEach((id) => desktop.show(id, 'К1', 'Здравствуйте', () => {}));
  expect([made.mock.calls.length, desktop.on, desktop.refused]).toEqual([1, false, true]);
});
