import { t } from '../i18n/i18n.svelte';

/** What has no name is called by the number the company has given. What an older version wrote has none: that is no number 0. */
export const numbered = (what: 'customer' | 'lead', number: number | null | undefined): string =>
  number ? t(`${what}.numbered`, { number: String(number) }) : t(`${what}.nameless`);
