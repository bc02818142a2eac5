// Words of time that a browser may not have: Chromium carries none for Kazakh, and what it has in narrow form reads "-1 мин".

const MONTHS = [
  'қаңтар',
  'ақпан',
  'наурыз',
  'сәуір',
  'мамыр',
  'маусым',
  'шілде',
  'тамыз',
  'қыркүйек',
  'қазан',
  'қараша',
  'желтоқсан',
];
const SHORT = ['қаң.', 'ақп.', 'нау.', 'сәу.', 'мам.', 'мау.', 'шіл.', 'там.', 'қыр.', 'қаз.', 'қар.', 'жел.'];

/** A moment in Kazakh, by the same options as `Intl.DateTimeFormat` takes: «2026 ж. 28 қараша, 21:00». */
export function inKazakh(time: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  // English has every part; only its words are not ours.
  const parts = new Intl.DateTimeFormat('en-GB', { ...options, month: options.month && 'numeric', timeZone: zone }).formatToParts(
    time,
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((it) => it.type === type)?.value ?? '';
  const month = (options.month === 'long' ? MONTHS : SHORT)[Number(part('month')) - 1] ?? '';
  const year = options.year && part('year') ? `${part('year')} ж. ` : '';
  const date = options.month ? `${year}${Number(part('day'))} ${month}`.trim() : '';
  const clock = [part('hour'), part('minute'), part('second')].filter(Boolean).join(':');
  return [[date, clock].filter(Boolean).join(', '), part('timeZoneName')].filter(Boolean).join(' ');
}

type Words = { now: string; minutes: string; hours: string; days: string };
const WORDS: Record<string, Words> = {
  ru: { now: 'сейчас', minutes: 'мин', hours: 'ч', days: 'дн.' },
  kk: { now: 'қазір', minutes: 'мин', hours: 'сағ', days: 'күн' },
  en: { now: 'now', minutes: 'min', hours: 'h', days: 'd' },
};

/** Less than an hour ago, for a row: it stands there as an age, not as a distance. */
export function age(seconds: number, locale: string): string {
  const { now, minutes } = WORDS[locale] ?? (WORDS.en as Words);
  return seconds < 60 ? now : `${Math.floor(seconds / 60)} ${minutes}`;
}

/** How long something has lasted, in its greatest unit and in one word: "< 1 мин", "4 мин", "2 ч", "3 дн.". */
export function lasting(seconds: number, locale: string): string {
  const { minutes, hours, days } = WORDS[locale] ?? (WORDS.en as Words);
  const whole = Math.floor(seconds / 60);
  if (whole < 1) return `< 1 ${minutes}`;
  if (whole < 60) return `${whole} ${minutes}`;
  return whole < 1440 ? `${Math.floor(whole / 60)} ${hours}` : `${Math.floor(whole / 1440)} ${days}`;
}

const AGO: Record<string, string> = { second: 'сек', minute: 'мин', hour: 'сағ' };
export const agoInKazakh = (n: number, unit: string): string => `${n} ${AGO[unit] ?? ''} бұрын`;

const WEEKDAYS = ['дүйсенбі', 'сейсенбі', 'сәрсенбі', 'бейсенбі', 'жұма', 'сенбі', 'жексенбі'];
const WEEKDAYS_SHORT = ['дс', 'сс', 'ср', 'бс', 'жм', 'сн', 'жс'];
/** A Monday, the day from which weeks are counted here. */
const MONDAY = Date.UTC(2024, 0, 1);
const utc = (locale: string, options: Intl.DateTimeFormatOptions, time: number): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(time);

/** The seven days from Monday on. */
export function weekdays(locale: string, length: 'long' | 'short'): string[] {
  if (locale === 'kk') return length === 'long' ? WEEKDAYS : WEEKDAYS_SHORT;
  return WEEKDAYS.map((_, i) => utc(locale, { weekday: length }, MONDAY + i * 86_400_000));
}

/** "Ноябрь 2026": a month as a title. `month` counts from 1. */
export function monthTitle(year: number, month: number, locale: string): string {
  const name = locale === 'kk' ? (MONTHS[month - 1] ?? '') : utc(locale, { month: 'long' }, Date.UTC(year, month - 1, 1));
  return `${name.charAt(0).toLocaleUpperCase(locale)}${name.slice(1)} ${year}`;
}
