import { expect, it } from 'vitest';
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

it('takes what was caught up with for no news, by a clock that is right, fast or slow', () => {
  const now = Date.parse('2026-01-01T00:10:00Z');
  for (const wrong of [0, 5 * 60_000, -5 * 60_000]) {
    const lateness = new Lateness();
    const heard = ['00:09:59', '00:09:30', '00:01:00', '00:09:58'].map((it) => lateness.isNews(`2026-01-01T${it}Z`, now + wrong));
    expect(heard).toEqual([true, true, false, true]);
  }
});
