import { describe, expect, it } from 'vitest';
import { ahead, dayLabel, exact, relative, relativeAgo, snoozePresets, snoozeUntil, stamp, wallTime } from './time';

const ALMATY = 'Asia/Almaty';
const now = new Date('2026-11-18T12:00:00Z'); // a Wednesday, 17:00 in Almaty

describe('snooze presets in the user’s own zone', () => {
  it.each([
    ['hour', '2026-11-18T13:00:00.000Z'],
    ['tonight', '2026-11-18T14:00:00.000Z'],
    ['tomorrow', '2026-11-19T04:00:00.000Z'],
    ['monday', '2026-11-23T04:00:00.000Z'],
  ] as const)('%s', (preset, expected) => {
    expect(snoozeUntil(preset, ALMATY, now).toISOString()).toBe(expected);
  });

  it('on a Monday means the next one', () => {
    expect(snoozeUntil('monday', ALMATY, new Date('2026-11-23T06:00:00Z')).toISOString()).toBe('2026-11-30T04:00:00.000Z');
  });

  it('late in the evening never gives a moment that has passed', () => {
    const late = new Date('2026-11-18T16:30:00Z');
    expect(snoozeUntil('tonight', ALMATY, late).getTime()).toBeGreaterThan(late.getTime());
  });
});

it('offers what fits the hour', () => {
  expect(snoozePresets(ALMATY, now)).toEqual(['hour', 'tonight', 'tomorrow', 'monday']);
  expect(snoozePresets(ALMATY, new Date('2026-11-18T14:30:00Z'))).toEqual(['hour', 'tomorrow', 'monday']);
  // A Sunday: Monday is tomorrow.
  expect(snoozePresets(ALMATY, new Date('2026-11-22T06:00:00Z'))).toEqual(['hour', 'tonight', 'tomorrow']);
});

it('tells time in Kazakh without help of the browser', () => {
  const words = { today: 'бүгін', yesterday: 'кеше' };
  expect(dayLabel('2026-11-02T05:00:00Z', 'kk', ALMATY, words, now)).toBe('2 қараша');
  expect(dayLabel('2025-01-02T05:00:00Z', 'kk', ALMATY, words, now)).toBe('2025 ж. 2 қаңтар');
  expect(stamp('2026-11-02T05:07:00Z', 'kk', ALMATY, now)).toBe('2 қар., 10:07');
  expect(stamp('2025-11-02T05:07:00Z', 'kk', ALMATY, now)).toBe('2025 ж. 2 қар., 10:07');
  expect(exact('2026-11-02T05:07:09Z', 'kk', ALMATY)).toMatch(/^2026 ж\. 2 қараша, 10:07:09 \S+/);
  expect(relative('2026-11-18T11:59:50Z', 'kk', ALMATY, now)).toBe('қазір');
  expect(relative('2026-11-18T11:48:00Z', 'kk', ALMATY, now)).toBe('12 мин');
  expect(relative('2025-11-02T05:00:00Z', 'kk', ALMATY, now)).toBe('2025 ж. 2 қар.');
  expect(relativeAgo('2026-11-18T11:57:00Z', 'kk', now)).toBe('3 мин бұрын');
});

it('says a moment ahead as short as it can be', () => {
  const of = (time: string, locale = 'ru', tomorrow = 'завтра'): string => ahead(time, locale, ALMATY, tomorrow, now);
  expect(of('2026-11-18T18:32:00Z')).toBe('23:32');
  expect(of('2026-11-18T19:15:00Z')).toBe('завтра, 00:15');
  expect(of('2026-11-19T04:00:00Z')).toBe('завтра, 09:00');
  expect(of('2026-11-23T04:00:00Z')).toBe('23 нояб., 09:00');
  expect(of('2026-11-23T04:00:00Z', 'kk', 'ертең')).toBe('23 қар., 09:00');
  // The night before a clock goes ahead, tomorrow is only 23 hours long.
  const berlin = ahead('2026-03-29T07:00:00Z', 'en', 'Europe/Berlin', 'tomorrow', new Date('2026-03-28T22:30:00Z'));
  expect(berlin).toBe('tomorrow, 09:00');
});

it('an age has no minus', () => {
  expect(relative('2026-11-18T11:59:00Z', 'ru', ALMATY, now)).toBe('1 мин');
  expect(relative('2026-11-18T11:59:30Z', 'ru', ALMATY, now)).toBe('сейчас');
  // A clock that goes ahead of the server's.
  expect(relative('2026-11-18T12:00:30Z', 'ru', ALMATY, now)).toBe('сейчас');
});

it('finds the right moment on the day the clocks change', () => {
  expect(wallTime('Europe/Berlin', '2026-03-29', '09:00').toISOString()).toBe('2026-03-29T07:00:00.000Z');
  expect(wallTime('Europe/Berlin', '2026-10-25', '09:00').toISOString()).toBe('2026-10-25T08:00:00.000Z');
});

it('names today and yesterday by the user’s zone, not by UTC', () => {
  const words = { today: 'today', yesterday: 'yesterday' };
  expect(dayLabel('2026-11-17T20:00:00Z', 'en', ALMATY, words, now)).toBe('today');
  expect(dayLabel('2026-11-17T18:00:00Z', 'en', ALMATY, words, now)).toBe('yesterday');
});

it('shortens row times as they grow older', () => {
  expect(relative('2026-11-18T11:59:50Z', 'en', ALMATY, now)).toBe('now');
  expect(relative('2026-11-18T11:48:00Z', 'en', ALMATY, now)).toMatch(/12/);
  expect(relative('2026-11-18T05:00:00Z', 'en', ALMATY, now)).toBe('10:00');
  expect(relative('2026-11-02T05:00:00Z', 'en', ALMATY, now)).toBe('Nov 2');
});

it('says how long ago something was', () => {
  expect(relativeAgo('2026-11-18T11:59:55Z', 'ru', now)).toMatch(/^5 сек/);
  expect(relativeAgo('2026-11-18T11:57:00Z', 'en', now)).toBe('3 min. ago');
});
