import type { CustomerBrief, Message } from '../../api/types';
import { t, tMaybe } from '../../i18n/i18n.svelte';

export const customerName = (it: CustomerBrief): string =>
  it.name?.trim() || (it.username ? `@${it.username}` : it.phone) || t('customer.unnamed', { id: String(it.id) });

/** One line for the list: the text, or what kind of thing came. */
export function preview(message: Message | null): string {
  if (!message) return '';
  if (message.deleted_at) return t('message.deleted');
  const own = message.direction === 'out' ? `${t('message.you')} ` : message.direction === 'note' ? '🔒 ' : '';
  const what = message.text?.trim() || (message.kind === 'text' ? '' : (tMaybe(`content.${message.kind}`) ?? t('content.unsupported')));
  return own + what.replace(/\s+/g, ' ');
}
