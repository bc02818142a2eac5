import type { Problem } from '../api/problem';
import { t, tMaybe } from '../i18n/i18n.svelte';

/** What the server says of these in general, where it keeps the provider's words for managers: our own text says the same. */
const GENERAL = new Set([
  'The provider refused the message',
  'The provider does not take this file',
  "The provider does not accept the channel's token: a manager has to renew it",
]);

/** A refusal in plain words: our own text for a known code, else what the server said. */
export function explainCode(code: string | undefined, detail: string | undefined): string {
  const own = code ? tMaybe(`error.${code}`) : null;
  // A provider's own words tell the operator more than a general sentence alone.
  if (
    own &&
    detail &&
    !GENERAL.has(detail) &&
    (code === 'provider_refused' || code === 'media_refused' || code === 'channel_unauthorized')
  )
    return `${own} ${detail}`;
  return own ?? detail ?? t('error.unknown');
}

/** The reason in our words, where the server gave one: it says more than the code of the whole. */
export const explain = (problem: Problem): string => problem.reason ?? explainCode(problem.code, problem.detail || undefined);
