import { locale } from '../i18n/i18n.svelte';
import { numberLocale } from './numbers';

export function fileSize(bytes: number): string {
  const [unit, value] =
    bytes < 1024 ? ['byte', bytes] : bytes < 1_048_576 ? ['kilobyte', bytes / 1024] : ['megabyte', bytes / 1_048_576];
  return new Intl.NumberFormat(numberLocale(locale()), {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(value as number);
}
