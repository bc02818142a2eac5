import { prefs, setPref } from '../lib/prefs.svelte';
import { format, type Params, type Text } from './plural';
import type { ru } from './ru';

export type Key = keyof typeof ru;
export type Catalog = Record<Key, Text>;
export type Locale = 'ru' | 'kk' | 'en';
export const LOCALES: { id: Locale; name: string }[] = [
  { id: 'ru', name: 'Русский' },
  { id: 'kk', name: 'Қазақша' },
  { id: 'en', name: 'English' },
];

const LOADERS: Record<Locale, () => Promise<Catalog>> = {
  ru: async () => (await import('./ru')).ru,
  kk: async () => (await import('./kk')).kk,
  en: async () => (await import('./en')).en,
};

let catalog = $state.raw<Partial<Catalog>>({});
let current = $state<Locale>('ru');

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

export async function useLocale(next: Locale, remember = true): Promise<void> {
  catalog = await LOADERS[next]();
  current = next;
  document.documentElement.lang = next;
  if (remember) setPref('locale', next);
}
