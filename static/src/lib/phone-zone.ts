// Where a phone number is from decides what time it is there, as long as that country has one time (ITU-T E.164, list of country
// codes). Countries with several are left out: a wrong hour is worse than none.
const ZONES: Record<string, string> = {
  '374': 'Asia/Yerevan',
  '375': 'Europe/Minsk',
  '380': 'Europe/Kyiv',
  '992': 'Asia/Dushanbe',
  '993': 'Asia/Ashgabat',
  '994': 'Asia/Baku',
  '995': 'Asia/Tbilisi',
  '996': 'Asia/Bishkek',
  '998': 'Asia/Tashkent',
  '971': 'Asia/Dubai',
  '972': 'Asia/Jerusalem',
  '77': 'Asia/Almaty',
  '33': 'Europe/Paris',
  '39': 'Europe/Rome',
  '44': 'Europe/London',
  '48': 'Europe/Warsaw',
  '49': 'Europe/Berlin',
  '82': 'Asia/Seoul',
  '86': 'Asia/Shanghai',
  '90': 'Europe/Istanbul',
  '91': 'Asia/Kolkata',
};

/** The time zone of a number written with its country's code, or with the 8 that Kazakhstan dials; null where there may be several. */
export function zoneOfPhone(phone: string | null | undefined): string | null {
  if (!phone) return null;
  const digits = phone.replace(/\D/g, '');
  const full = phone.trim().startsWith('+') ? digits : /^87\d{9}$/.test(digits) ? `7${digits.slice(1)}` : digits;
  // Ten digits without a plus may be a number within any country; only Kazakhstan's seven tells itself.
  const abroad = phone.trim().startsWith('+') || full.length > 10 || full.startsWith('77');
  if (full.length < 10 || !abroad) return null;
  for (const length of [3, 2]) {
    const zone = ZONES[full.slice(0, length)];
    if (zone) return zone;
  }
  return null;
}
