import { prefs, setPref } from '../lib/prefs.svelte';
import { wanted, words, type Key, type Locale, type Part, type Words } from './parts';
import { format, type Params } from './plural';

export type { Key, Locale } from './parts';
export const LOCALES: { id: Locale; name: string }[] = [
  { id: 'ru', name: 'Русский' },
  { id: 'kk', name: 'Қазақша' },
  { id: 'en', name: 'English' },
];

let catalog = $state.raw<Words>({});
let current = $state<Locale>('ru');
/** The parts that are shown. */
let shown: readonly Part[] = [];
/** The language asked for last: shown as soon as all its words are here. */
let next: Locale | null = null;

export const locale = (): Locale => current;

export function t(key: Key, params?: Params): string {
  const text = catalog[key];
  return text === undefined ? key : format(current, text, params);
}

/** A server code that may have no text of its own. */
export function tMaybe(key: string, params?: Params): string | null {
  return key in catalog ? t(key as Key, params) : null;
}

export function asLocale(value: string | null | undefined): Locale | null {
  const short = value?.slice(0, 2).toLowerCase();
  return LOCALES.some((it) => it.id === short) ? (short as Locale) : null;
}

export const firstLocale = (): Locale =>
  asLocale(prefs.locale) ?? navigator.languages.map(asLocale).find((it) => it !== null) ?? 'ru';

/** Shows the language with all parts asked for, whichever they have become meanwhile; the words change all at once. */
async function show(): Promise<void> {
  for (;;) {
    const language = (next ??= firstLocale());
    const parts = [...wanted];
    // A catalog anew has every word on the screen said again: a dialog that is opened a second time is no reason.
    if (language === current && parts.every((it) => shown.includes(it))) return;
    const texts = await Promise.all(parts.map((it) => words(language, it)));
    if (language !== next || parts.length !== wanted.size) continue;
    catalog = Object.assign({}, ...texts) as Words;
    current = language;
    shown = parts;
    document.documentElement.lang = language;
    return;
  }
}

export async function useLocale(language: Locale, remember = true): Promise<void> {
  next = language;
  await show();
  if (remember) setPref('locale', language);
}

/** Words that nobody could know to be needed. Without them the old ones stand, and the next one who asks tries again. */
export async function addWords(part: Part): Promise<void> {
  if (wanted.has(part)) return;
  wanted.add(part);
  await show().catch(() => unwant([part]));
}

/** They did not come, and nothing else waits for them; what is shown already stays wanted in every language. */
const unwant = (parts: readonly Part[]): void => parts.forEach((it) => shown.includes(it) || wanted.delete(it));

/** A page or dialog loaded together with its words: it is never shown before them. */
export function withWords<T>(load: () => Promise<T>, ...parts: Part[]): () => Promise<T> {
  return async () => {
    try {
      for (;;) {
        for (const it of parts) wanted.add(it);
        const [loaded] = await Promise.all([load(), show()]);
        // Another page that wanted the same, and failed, may have given them up.
        if (parts.every((it) => shown.includes(it))) return loaded;
      }
    } catch (error) {
      unwant(parts);
      throw error;
    }
  };
}
