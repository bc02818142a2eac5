import { expect, it } from 'vitest';
import { monthTitle, weekdays } from '../lib/date-words';
import { addDays, addMonths, dayAfterKey, dayName, periodOf, pickRange, weekdayOf, weeksOf, within } from './calendar';

it('begins weeks on Monday, and shows a month whole', () => {
  expect(weekdayOf('2026-11-28')).toBe(5);
  const weeks = weeksOf('2026-11');
  expect([weeks.length, weeks[0]?.[0], weeks[0]?.[6], weeks[5]?.[6]]).toEqual([6, '2026-10-26', '2026-11-01', '2026-12-06']);
});

it('goes over the ends of months and years, and into short months by their last day', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
});

it('knows the keys of a calendar', () => {
  const to = (key: string, shift = false): string | null => dayAfterKey(key, '2026-11-28', shift);
  expect(['ArrowUp', 'ArrowRight', 'Home', 'End', 'PageDown'].map((it) => to(it))).toEqual([
    '2026-11-21',
    '2026-11-29',
    '2026-11-23',
    '2026-11-29',
    '2026-12-28',
  ]);
  expect(to('PageUp', true)).toBe('2025-11-28');
  expect(to('a')).toBe(null);
});

it('makes a range of two presses, whichever is earlier', () => {
  const one = pickRange({ from: null, to: null }, '2026-11-20');
  const two = pickRange(one, '2026-11-10');
  expect(two).toEqual({ from: '2026-11-10', to: '2026-11-20' });
  expect(pickRange(two, '2026-11-01')).toEqual({ from: '2026-11-01', to: null });
  expect([within('2026-11-20', two), within('2026-11-21', two), within('2026-11-15', one)]).toEqual([true, false, false]);
});

it('knows the usual periods', () => {
  expect(periodOf('last7', '2026-03-02')).toEqual({ from: '2026-02-24', to: '2026-03-02' });
  expect(periodOf('lastMonth', '2026-03-02')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(periodOf('thisMonth', '2026-03-02')).toEqual({ from: '2026-03-01', to: '2026-03-02' });
});

it('has its own words where the browser has none', () => {
  expect(weekdays('kk', 'short')).toEqual(['дс', 'сс', 'ср', 'бс', 'жм', 'сн', 'жс']);
  expect(monthTitle(2026, 11, 'kk')).toBe('Қараша 2026');
  expect(monthTitle(2026, 11, 'ru')).toBe('Ноябрь 2026');
  expect(dayName('2026-11-28', 'kk')).toBe('сенбі, 2026 ж. 28 қараша');
  expect(dayName('2026-11-28', 'en')).toBe('Saturday, November 28, 2026');
  expect(weekdays('ru', 'short')[0]).toBe('пн');
});
