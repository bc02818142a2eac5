import type { Message } from '../../api/types';
import { locale, t, tMaybe } from '../../i18n/i18n.svelte';
import { timeZone } from '../../lib/prefs.svelte';
import { stamp } from '../../lib/time';
import { hub } from '../../realtime/hub.svelte';

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

const nameIn = (it: unknown): string =>
  typeof it === 'object' && it !== null && 'name' in it && typeof it.name === 'string' ? it.name : '';

/** An event in words. The server tells what happened, not how to say it. */
export function eventText(it: Message): string {
  const told = (name: string): string => (typeof it.payload?.[name] === 'string' ? it.payload[name] : '');
  switch (it.payload?.event) {
    case 'started':
      return told('source') ? t('event.startedFrom', { source: told('source') }) : t('event.started');
    case 'handed_over':
      return t('event.handedOver', { reason: tMaybe(`handed.${told('why')}`) ?? t('handed.other') });
    case 'lead_registered':
      return t('event.leadRegistered', { name: told('name') });
    case 'callback_scheduled':
      return t('event.callback', { time: told('at') && stamp(told('at'), locale(), timeZone()) });
    case 'callback_due':
      return t('event.callbackDue');
    case 'taken':
    case 'assigned':
    case 'released':
    case 'to_agent':
    case 'closed':
    case 'snoozed':
    case 'reopened':
    case 'pending':
      return t(`event.${it.payload.event}`, {
        name: it.author.name ?? '',
        to: nameIn(it.payload.to),
        time: (told('until') && stamp(told('until'), locale(), timeZone())) || '',
      });
    case 'service':
      return happened(tMaybe(`service.${told('what')}`) ?? t('event.service'), told('detail'), told('by'));
    default:
      return wordsOf(it);
  }
}

/** In words that fit whoever did it: who that was in a group stands behind. */
const happened = (what: string, detail: string, by: string): string => what + (detail && `: ${detail}`) + (by && ` (${by})`);

/** What stands under an event: a hand-over's note begins with the reason, which is said above in the reader's own language. */
export function eventDetail(it: Message): string {
  const note = it.payload?.note;
  if (typeof note !== 'string') return '';
  const known = it.payload?.event !== 'handed_over' || tMaybe(`handed.${String(it.payload.why)}`) !== null;
  return (it.payload?.event === 'handed_over' && known ? note.split('\n').slice(1).join('\n') : note).trim();
}

function summary(it: Message): string {
  if (it.direction === 'event') return eventText(it);
  const words = wordsOf(it);
  if (it.kind === 'unsupported') return [unsupportedLabel(it), words].filter(Boolean).join(' · ');
  const heard = words || it.attachments.map((file) => file.transcript).find(Boolean);
  return heard || (it.kind === 'text' ? '' : (tMaybe(`content.${it.kind}`) ?? t('content.unsupported')));
}

/** Who says it, where it is not the customer: you, a colleague by name, or a machine. */
function speaker(message: Message): string {
  if (message.direction === 'in' || message.direction === 'event') return '';
  const { type, id, name } = message.author;
  const who =
    type === 'agent'
      ? t('badge.ai')
      : type === 'bot'
        ? t('badge.bot')
        : type === 'operator' && id === hub.store.me
          ? t('message.you')
          : (name ?? '');
  return `${message.direction === 'note' ? '🔒 ' : ''}${who ? `${who}: ` : ''}`;
}

/** One line for the list: the text, or what kind of thing came. */
export function preview(message: Message | null): string {
  if (!message) return '';
  if (message.deleted_at) return t('message.deleted');
  return speaker(message) + summary(message).replace(/\s+/g, ' ');
}
