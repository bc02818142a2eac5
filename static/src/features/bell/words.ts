import { t, tMaybe } from '../../i18n/i18n.svelte';
import { customerName } from '../../lib/customer-name';
import { href } from '../../routes';
import type { PersonalNotification, PersonalParams } from './types';

/** One sentence, without saying who did it as a verb of theirs would: names have no gender here. */
export function sentence({ code, params }: Pick<PersonalNotification, 'code' | 'params'>): string {
  const name = customerName(params.customer);
  return tMaybe(`bell.${code}`, { name }) ?? t('bell.other', { name });
}

export const addressOf = ({ params }: { params: Pick<PersonalParams, 'conversation_id' | 'message_id'> }): string =>
  href('inbox', { view: 'all', id: params.conversation_id }) + (params.message_id ? `#m${params.message_id}` : '');
