/** Whose rules numbers are written by: browsers have none for Kazakh, which writes them as Russian does ("1 234,5"). */
export const numberLocale = (locale: string): string => (locale === 'kk' ? 'ru' : locale);

/** A plain number, as the reader writes it. */
export const figure = (value: number, locale: string): string => new Intl.NumberFormat(numberLocale(locale)).format(value);
