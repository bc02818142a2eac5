import { beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => vi.resetModules());

const made = vi.fn();
/** As a phone's browser has it: there by name, and no page may make one. */
const phone = (permission: string): unknown =>
  class {
    static permission = permission;
    static requestPermission = vi.fn(async () => 'granted');
    constructor() {
      made();
      throw new TypeError('Illegal constructor');
    }
  };
const desktopWith = async (of: unknown) => {
  made.mockReset();
  vi.stubGlobal('Notification', of);
  return (await import('./desktop.svelte')).desktop;
};

it('is not supported where a page may show none, whatever was allowed: learnt by the first', async () => {
  const desktop = await desktopWith(phone('granted'));
  await desktop.turnOn();
  expect([desktop.on, desktop.supported]).toEqual([true, true]);
  [1, 2].forEach((id) => desktop.show(id, 'К1', 'Здравствуйте', () => {}));
  expect([made.mock.calls.length, desktop.on, desktop.supported, desktop.refused]).toEqual([1, false, false, false]);
});

it('is not asked for where it could not be shown, nor where there is none', async () => {
  const Phone = phone('default');
  let desktop = await desktopWith(Phone);
  await desktop.turnOn();
  expect([desktop.supported, desktop.askable, desktop.on]).toEqual([false, false, false]);
  expect((Phone as { requestPermission: () => void }).requestPermission).not.toHaveBeenCalled();
  vi.resetModules();
  desktop = await desktopWith(undefined);
  await desktop.turnOn();
  expect([desktop.supported, desktop.askable, desktop.refused, desktop.on]).toEqual([false, false, false, false]);
});
