// Days as people write them down (YYYY-MM-DD): no hour and no zone, so nothing shifts by one. Weeks begin on Monday.
import { inKazakh, weekdays } from '../lib/date-words';

export type Day = string;
/** Both ends belong to it; null = open on that side. */
export type Range = { from: Day | null; to: Day | null };

const DAY = 86_400_000;
const time = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: Day, n: number): Day => dayOf(time(day) + n * DAY);
export const monthOf = (day: Day): string => day.slice(0, 7);
/** 0 = Monday. */
export const weekdayOf = (day: Day): number => (new Date(time(day)).getUTCDay() + 6) % 7;

/** The same date some months on; where a month is too short, its last day. */
export function addMonths(day: Day, n: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + n, 0)).getUTCDate();
  return dayOf(Date.UTC(year, month - 1 + n, Math.min(date, last)));
}

/** Six weeks in which the month lies whole: the calendar keeps its height. */
export function weeksOf(month: string): Day[][] {
  const first = `${month}-01`;
  const start = addDays(first, -weekdayOf(first));
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_, i) => addDays(start, week * 7 + i)));
}

/** Where a key leads from a day; null = it is none of a calendar's. */
export function dayAfterKey(key: string, day: Day, shift: boolean): Day | null {
  const steps: Record<string, () => Day> = {
    ArrowLeft: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => addDays(day, -weekdayOf(day)),
    End: () => addDays(day, 6 - weekdayOf(day)),
    PageUp: () => addMonths(day, shift ? -12 : -1),
    PageDown: () => addMonths(day, shift ? 12 : 1),
  };
  return steps[key]?.() ?? null;
}

/** The first press begins a range, the second ends it, whichever is earlier. */
export function pickRange(range: Range, day: Day): Range {
  if (range.from === null || range.to !== null) return { from: day, to: null };
  return day < range.from ? { from: day, to: range.from } : { from: range.from, to: day };
}

export const within = (day: Day, { from, to }: Range): boolean => from !== null && to !== null && day >= from && day <= to;

export type Period = 'last7' | 'last30' | 'thisMonth' | 'lastMonth';
export function periodOf(name: Period, today: Day): Range {
  const first = `${monthOf(today)}-01`;
  if (name === 'last7') return { from: addDays(today, -6), to: today };
  if (name === 'last30') return { from: addDays(today, -29), to: today };
  if (name === 'thisMonth') return { from: first, to: today };
  return { from: addMonths(first, -1), to: addDays(first, -1) };
}

/** "28 ноября 2026 г." */
export function dayWords(day: Day, locale: string, month: 'long' | 'short' = 'long'): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month, year: 'numeric' };
  const at = new Date(time(day));
  return locale === 'kk'
    ? inKazakh(at, 'UTC', options)
    : new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at);
}

/** As a reader hears it: the weekday too. */
export const dayName = (day: Day, locale: string): string =>
  `${weekdays(locale, 'long')[weekdayOf(day)] ?? ''}, ${dayWords(day, locale)}`;
