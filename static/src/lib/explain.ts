import type { Problem } from '../api/problem';
import { t, tMaybe } from '../i18n/i18n.svelte';

/** A refusal in plain words: our own text for a known code, else what the server said. */
export function explainCode(code: string | undefined, detail: string | undefined): string {
  const own = code ? tMaybe(`error.${code}`) : null;
  // A provider's own words tell the operator more than a general sentence alone.
  if (own && detail && (code === 'provider_refused' || code === 'media_refused' || code === 'channel_unauthorized')) return `${own} ${detail}`;
  return own ?? detail ?? t('error.unknown');
}

export const explain = (problem: Problem): string => explainCode(problem.code, problem.detail || undefined);
