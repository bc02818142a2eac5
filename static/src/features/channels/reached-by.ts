import type { Channel } from '../../api/types';

/** Where somebody writes to a channel first: a bot, or a number. */
export function reachedBy(channel: Channel | null): { name: string; link: string } | null {
  if (channel?.kind === 'telegram' && channel.username) {
    return { name: `@${channel.username}`, link: `https://t.me/${channel.username}` };
  }
  const digits = channel?.display_phone_number?.replace(/\D/g, '');
  return digits ? { name: channel!.display_phone_number!, link: `https://wa.me/${digits}` } : null;
}
