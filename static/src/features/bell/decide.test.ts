import { expect, it, vi } from 'vitest';
import { brief, message } from '../../realtime/testing';
import type { Alerts } from './alerts.svelte';
import { isHeard, isQuiet, isShownOutside, kindOfMessage, Lateness } from './decide';

const alerts: Alerts = {
  sounds: { assigned: true, mentioned: true, mine: true, queue: false },
  volume: 0.5,
  quiet: true,
  quietFrom: '22:00',
  quietTo: '08:00',
  desktop: true,
};

it('is quiet over midnight, within a day, and never between equal ends', () => {
  expect(['21:59', '22:00', '23:30', '07:59', '08:00'].map((it) => isQuiet(alerts, it))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const noon = { ...alerts, quietFrom: '13:00', quietTo: '14:00' };
  expect(['12:59', '13:00', '14:00'].map((it) => isQuiet(noon, it))).toEqual([false, true, false]);
  expect(isQuiet({ ...alerts, quietFrom: '10:00', quietTo: '10:00' }, '10:00')).toBe(false);
  expect(isQuiet({ ...alerts, quiet: false }, '23:00')).toBe(false);
});

it('hears what is for this person, by what they chose, and not in the thread they look at', () => {
  expect(isHeard('mine', alerts, 'away', '12:00')).toBe(true);
  expect(isHeard('mine', alerts, 'here', '12:00')).toBe(true);
  expect(isHeard('mine', alerts, 'there', '12:00')).toBe(false);
  expect(isHeard('queue', alerts, 'away', '12:00')).toBe(false);
  expect(isHeard('mine', { ...alerts, volume: 0 }, 'away', '12:00')).toBe(false);
  expect(isHeard('mentioned', alerts, 'away', '23:00')).toBe(false);
});

it('is shown outside the browser only to who looks elsewhere and wants it', () => {
  expect(isShownOutside('assigned', alerts, 'away', '12:00')).toBe(true);
  expect(isShownOutside('assigned', alerts, 'here', '12:00')).toBe(false);
  expect(isShownOutside('queue', alerts, 'away', '12:00')).toBe(false);
  expect(isShownOutside('assigned', { ...alerts, desktop: false }, 'away', '12:00')).toBe(false);
  expect(isShownOutside('assigned', alerts, 'away', '03:00')).toBe(false);
});

it('knows whose business a message is', () => {
  const said = message({ id: 1 });
  expect(kindOfMessage(said, brief({ seq: 1, assignee: { id: 7, name: 'Дана' } }), 7)).toBe('mine');
  expect(kindOfMessage(said, brief({ seq: 1, assignee: { id: 8, name: 'Аида' } }), 7)).toBeNull();
  expect(kindOfMessage(said, brief({ seq: 1, handler: 'queue' }), 7)).toBe('queue');
  expect(kindOfMessage(said, brief({ seq: 1, handler: 'agent' }), 7)).toBeNull();
  expect(kindOfMessage(message({ id: 1, direction: 'out' }), brief({ seq: 1, assignee: { id: 7, name: 'Дана' } }), 7)).toBeNull();
});

const NOON = Date.parse('2026-01-01T12:00:00Z');
const ago = (seconds: number, from = NOON): string => new Date(from - seconds * 1000).toISOString();

it('takes what was caught up with for no news, by a clock that is right, fast or slow', async () => {
  for (const wrong of [0, 5 * 60_000, -5 * 60_000]) {
    const ask = vi.fn(async () => NOON);
    const lateness = new Lateness(
      ask,
      () => NOON + wrong,
      () => 0,
    );
    const heard = await Promise.all([1, 30, 540, 2].map((it) => lateness.isNews(ago(it))));
    expect([heard, ask.mock.calls.length]).toEqual([[true, true, false, true], 1]);
  }
});

it('makes no news of a night that a tab has slept through, the first it ever hears among it', async () => {
  const ask = vi.fn(async () => NOON);
  const lateness = new Lateness(
    ask,
    () => NOON,
    () => 0,
  );
  const heard: boolean[] = [];
  for (const it of [9 * 3600, 8 * 3600, 3600, 120, 3]) heard.push(await lateness.isNews(ago(it)));
  expect(heard).toEqual([false, false, false, false, true]);
  expect(ask).toHaveBeenCalledOnce();
});

it('follows a clock that is set while the page is open, forward or back', async () => {
  let [passed, set] = [0, -600_000];
  const ask = vi.fn(async () => NOON + passed);
  const lateness = new Lateness(
    ask,
    () => NOON + passed + set,
    () => passed,
  );
  expect(await lateness.isNews(ago(1))).toBe(true);
  for (const other of [0, -3_600_000]) {
    [passed, set] = [passed + 90_000, other];
    expect(await lateness.isNews(ago(1, NOON + passed))).toBe(true);
    expect(await lateness.isNews(ago(300, NOON + passed))).toBe(false);
  }
});

it('believes this computer where the server does not say', async () => {
  const lateness = new Lateness(
    () => Promise.resolve(null),
    () => NOON,
  );
  expect([await lateness.isNews(ago(5)), await lateness.isNews(ago(600))]).toEqual([true, false]);
});
