const NEAR = [
  'KZ',
  'RU',
  'UZ',
  'KG',
  'TJ',
  'TM',
  'AZ',
  'AM',
  'GE',
  'BY',
  'UA',
  'MD',
  'MN',
  'CN',
  'TR',
  'AE',
  'IL',
  'IN',
  'DE',
  'PL',
  'FR',
  'ES',
  'IT',
  'GB',
  'US',
  'CA',
];

/** Countries by their names in the reader's language; one that is set and not here stands among them. */
export function regions(locale: string, set: string): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return [...new Set([...NEAR, set])].map((code) => ({ code, name: `${names.of(code) ?? code} (${code})` }));
}
