// Times come in UTC; people read them in their own zone and language.
import { age, agoInKazakh, inKazakh } from './date-words';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })));
  return found;
}

/** A moment in the reader's words, by the options of `Intl.DateTimeFormat`; where the browser has no words, ours. */
export const worded = (time: Date, locale: string, zone: string, options: Intl.DateTimeFormatOptions): string =>
  locale === 'kk' ? inKazakh(time, zone, options) : formatter(locale, zone, options).format(time);

const agoFormats = new Map<string, Intl.RelativeTimeFormat>();

function ago(n: number, unit: 'second' | 'minute' | 'hour', locale: string): string {
  if (locale === 'kk') return agoInKazakh(n, unit);
  let found = agoFormats.get(locale);
  if (!found) agoFormats.set(locale, (found = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' })));
  return found.format(-n, unit);
}

const at = (time: string | number | Date): Date => new Date(time);

export const clock = (time: string | Date, locale: string, zone: string): string =>
  formatter(locale, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at(time));

/** The exact moment with its zone named, for a tooltip. */
export const exact = (time: string | Date, locale: string, zone: string): string =>
  worded(at(time), locale, zone, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });

/** Day and time in short; the year only where it is another one. */
export function stamp(time: string | Date, locale: string, zone: string, now = new Date()): string {
  const sameYear = dayKey(time, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return worded(at(time), locale, zone, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

const QUARTER = 15 * 60_000;
const days = new Map<string, string>();

/** The day in that zone, YYYY-MM-DD. Zones differ by quarters of an hour, so one answer serves a whole quarter. */
export function dayKey(time: string | Date, zone: string): string {
  const key = `${zone}|${Math.floor(at(time).getTime() / QUARTER)}`;
  let day = days.get(key);
  if (day === undefined) {
    if (days.size > 5000) days.clear();
    day = formatter('en-CA', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at(time));
    days.set(key, day);
  }
  return day;
}

export function dayLabel(
  time: string,
  locale: string,
  zone: string,
  words: { today: string; yesterday: string },
  now = new Date(),
): string {
  const day = dayKey(time, zone);
  if (day === dayKey(now, zone)) return words.today;
  if (day === dayKey(new Date(now.getTime() - 86_400_000), zone)) return words.yesterday;
  const sameYear = day.slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return worded(at(time), locale, zone, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** A moment ahead, as short as it can be said: the clock today, "tomorrow, 09:00", then the date. */
export function ahead(time: string, locale: string, zone: string, tomorrow: string, now = new Date()): string {
  const day = dayKey(time, zone);
  if (day === dayKey(now, zone)) return clock(time, locale, zone);
  if (day === dayKey(wallClock(zone, now, 1, 12), zone)) return `${tomorrow}, ${clock(time, locale, zone)}`;
  return stamp(time, locale, zone);
}

/** Row time: minutes, then the clock, then the date. */
export function relative(time: string, locale: string, zone: string, now: Date): string {
  const seconds = Math.round((now.getTime() - at(time).getTime()) / 1000);
  if (seconds < 3600) return age(seconds, locale);
  if (dayKey(time, zone) === dayKey(now, zone)) return clock(time, locale, zone);
  const sameYear = dayKey(time, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return worded(at(time), locale, zone, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: locale === 'kk' ? 'numeric' : '2-digit' }),
  });
}

/** "5 s ago", "2 min ago": for something that has just happened. */
export function relativeAgo(time: string, locale: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at(time).getTime()) / 1000));
  if (seconds < 60) return ago(seconds, 'second', locale);
  return seconds < 3600 ? ago(Math.floor(seconds / 60), 'minute', locale) : ago(Math.floor(seconds / 3600), 'hour', locale);
}

/** Minutes that `zone` is ahead of UTC at that moment. */
function offsetMinutes(time: Date, zone: string): number {
  const parts = formatter('en-US', zone, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(time);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second'));
  return Math.round((wall - Math.floor(time.getTime() / 1000) * 1000) / 60_000);
}

/** The moment when the wall clock in `zone` shows that day (YYYY-MM-DD) and time (HH:MM). */
export function wallTime(zone: string, day: string, time: string): Date {
  const guess = new Date(`${day}T${time}:00Z`);
  const first = new Date(guess.getTime() - offsetMinutes(guess, zone) * 60_000);
  // Around a clock change the offset at the guess may not be the one that holds at the moment itself.
  return new Date(guess.getTime() - offsetMinutes(first, zone) * 60_000);
}

/** That hour in `zone`, some days from today. */
export function wallClock(zone: string, now: Date, daysAhead: number, hour: number): Date {
  const [year, month, day] = dayKey(now, zone).split('-').map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day + daysAhead)).toISOString().slice(0, 10);
  return wallTime(zone, date, `${String(hour).padStart(2, '0')}:00`);
}

export type SnoozePreset = 'hour' | 'tonight' | 'tomorrow' | 'monday';

/** What can be offered at this hour: after seven there is no evening left to wait for, and on a Sunday Monday is tomorrow. */
export function snoozePresets(zone: string, now = new Date()): SnoozePreset[] {
  const has = (preset: SnoozePreset): boolean =>
    preset === 'tonight'
      ? wallClock(zone, now, 0, 19) > now
      : preset !== 'monday' || snoozeUntil('monday', zone, now).getTime() !== snoozeUntil('tomorrow', zone, now).getTime();
  return (['hour', 'tonight', 'tomorrow', 'monday'] as const).filter(has);
}

export function snoozeUntil(preset: SnoozePreset, zone: string, now = new Date()): Date {
  if (preset === 'hour') return new Date(now.getTime() + 3_600_000);
  if (preset === 'tomorrow') return wallClock(zone, now, 1, 9);
  if (preset === 'tonight') {
    const evening = wallClock(zone, now, 0, 19);
    // Asked for too late, it still means later today, not a moment that has passed.
    return evening > now ? evening : new Date(now.getTime() + 2 * 3_600_000);
  }
  const [year, month, day] = dayKey(now, zone).split('-').map(Number) as [number, number, number];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return wallClock(zone, now, (8 - weekday) % 7 || 7, 9);
}
