import { LOCALES } from '../i18n/i18n.svelte';

/** Ours by their own names; another as the reader's language calls it, or itself; one that nobody can name stays as it is written. */
export function languageName(tag: string, locale: string): string {
  const own = LOCALES.find((it) => it.id === tag);
  if (own) return own.name;
  try {
    // A browser that has no words in Kazakh would answer in whatever its own language is.
    const names = new Intl.DisplayNames([locale === 'kk' ? tag : locale], { type: 'language' });
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
