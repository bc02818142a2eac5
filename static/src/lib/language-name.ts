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

/** The same as a choice of a list: what is said in that language is marked as such, for who has it read out. */
export function languageOption(tag: string, locale: string): { value: string; label: string; lang?: string } {
  const isOwn = locale === 'kk' || LOCALES.some((it) => it.id === tag);
  return { value: tag, label: languageName(tag, locale), ...(isOwn && { lang: tag }) };
}
