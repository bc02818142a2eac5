import type { Message } from '../../api/types';
import { t, tMaybe } from '../../i18n/i18n.svelte';

const member = (it: Message, name: string): Record<string, unknown> | undefined => {
  const value = it.payload?.[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
};
const told = (of: Record<string, unknown> | undefined, name: string): string => (typeof of?.[name] === 'string' ? of[name] : '');

/** A provider's word for what was answered, in the reader's language where there is one. */
const kindName = (kind: string): string => {
  const ours: Record<string, string> = { photo: 'image', venue: 'location', animation: 'video' };
  return kind && (tMaybe(`content.${ours[kind] ?? kind}`) ?? tMaybe(`foreign.${kind}`) ?? kind);
};

export type Answered = { name: string; text: string };

/** What a message answers: the quoted part where there is one. It may stand in another chat, or in none that we know. */
export function answeredOf(it: Message): Answered | null {
  const [reply, elsewhere, quote] = [member(it, 'reply'), member(it, 'external_reply'), member(it, 'quote')];
  const of = reply ?? elsewhere;
  if (!of && !quote) return null;
  const chat = told(elsewhere, 'chat');
  const name = [told(of, 'name'), chat === told(of, 'name') ? '' : chat].filter(Boolean).join(' · ');
  return { name, text: told(quote, 'text') || told(of, 'text') || kindName(told(of, 'kind')) };
}

/** Whose words a message passes on. */
export function forwardedLine(it: Message): string {
  if (!it.payload?.forwarded) return '';
  const of = member(it, 'forwarded');
  const name = [told(of, 'name'), told(of, 'author_signature')].filter(Boolean).join(' · ');
  return name ? t('message.forwardedFrom', { name }) : t('message.forwarded');
}

/** Who of a group has written it. */
export const writerOf = (it: Message): string => (it.direction === 'in' ? told(member(it, 'from'), 'name') : '');
