import type { CustomerBrief, Message } from '../../api/types';
import { t, tMaybe } from '../../i18n/i18n.svelte';

export const customerName = (it: CustomerBrief): string =>
  it.name?.trim() || (it.username ? `@${it.username}` : it.phone) || t('customer.unnamed', { id: String(it.id) });

const foreignKind = (it: Message): string => (typeof it.payload?.unsupported === 'string' ? it.payload.unsupported : '');

/** Stands before the words of a kind we cannot draw, so that a poll's question is not taken for something the customer typed. */
export function unsupportedLabel(it: Message): string {
  const kind = foreignKind(it);
  return kind ? t('content.unsupportedKind', { kind: tMaybe(`foreign.${kind}`) ?? kind }) : t('content.unsupported');
}

/** The words a message has. Where one of an unsupported kind has none, the server writes the kind's name, which the label says already. */
export function wordsOf(it: Message): string {
  const text = it.text?.trim() ?? '';
  return it.kind === 'unsupported' && text === foreignKind(it) ? '' : text;
}

/** An event in words. The server tells what happened, not how to say it. */
export function eventText(it: Message): string {
  if (it.payload?.event !== 'started') return wordsOf(it);
  const source = it.payload.source;
  return typeof source === 'string' && source ? t('event.startedFrom', { source }) : t('event.started');
}

function summary(it: Message): string {
  if (it.direction === 'event') return eventText(it);
  const words = wordsOf(it);
  if (it.kind === 'unsupported') return [unsupportedLabel(it), words].filter(Boolean).join(' · ');
  return words || (it.kind === 'text' ? '' : (tMaybe(`content.${it.kind}`) ?? t('content.unsupported')));
}

/** One line for the list: the text, or what kind of thing came. */
export function preview(message: Message | null): string {
  if (!message) return '';
  if (message.deleted_at) return t('message.deleted');
  const own = message.direction === 'out' ? `${t('message.you')} ` : message.direction === 'note' ? '🔒 ' : '';
  return own + summary(message).replace(/\s+/g, ' ');
}
