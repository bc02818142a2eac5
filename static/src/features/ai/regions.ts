/** The near ones first, by their Kazakh names: browsers have none. */
const NEAR: Record<string, string> = {
  KZ: 'Қазақстан',
  RU: 'Ресей',
  UZ: 'Өзбекстан',
  KG: 'Қырғызстан',
  TJ: 'Тәжікстан',
  TM: 'Түрікменстан',
  AZ: 'Әзербайжан',
  AM: 'Армения',
  GE: 'Грузия',
  BY: 'Беларусь',
  UA: 'Украина',
  MD: 'Молдова',
  MN: 'Моңғолия',
  CN: 'Қытай',
  TR: 'Түркия',
  AE: 'БАӘ',
  IL: 'Израиль',
  IN: 'Үндістан',
  DE: 'Германия',
  PL: 'Польша',
  FR: 'Франция',
  ES: 'Испания',
  IT: 'Италия',
  GB: 'Ұлыбритания',
  US: 'АҚШ',
  CA: 'Канада',
};

/** Countries by their names in the reader's language; one that is set and not here stands among them. */
export function regions(locale: string, set: string): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const nameOf = (code: string): string => (locale === 'kk' && NEAR[code]) || (names.of(code) ?? code);
  return [...new Set([...Object.keys(NEAR), set])].map((code) => ({ code, name: `${nameOf(code)} (${code})` }));
}
