import { numberLocale } from './numbers';

/** US dollars; a call of a model costs fractions of a cent, which must not read as nothing. */
export function usd(value: number, locale: string): string {
  const small = value !== 0 && Math.abs(value) < 0.1;
  return new Intl.NumberFormat(numberLocale(locale), {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 4 : 2,
  }).format(value);
}

export const seconds = (ms: number, locale: string): string =>
  new Intl.NumberFormat(numberLocale(locale), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(ms / 1000);
