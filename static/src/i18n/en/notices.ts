import type { Like } from '../plural';
import type { notices as ru } from '../ru/notices';

export const notices: Like<typeof ru> = {
  'tg.chat': 'Chat for notifications',
  'tg.chatText':
    'About every new lead the bot writes to this chat: name, phone, what is needed, and the buttons “Take it”, “Call”, “Decline”.',
  'tg.connected': 'The chat “{title}” is connected',
  'tg.connectedAt': 'since {time}',
  'tg.fromServer': 'set in the server’s settings',
  'tg.none': 'No chat is connected: only those who look at this console learn of leads.',
  'tg.noBots': 'Notifications are sent by your Telegram bot. Connect a bot first.',
  'tg.addBot': 'Connect a bot',
  'tg.connect': 'Connect a chat',
  'tg.another': 'Connect another chat',
  'tg.disconnect': 'Disconnect',
  'tg.disconnected': 'The chat is disconnected',
  'tg.test': 'Test',
  'tg.tested': 'A test notification is in the chat',
  'tg.code': 'Code',
  'tg.copyCode': 'Copy the code',
  'tg.openBot': 'Open @{bot}',
  'tg.toGroup': 'Add @{bot} to a group',
  'tg.validUntil': 'Valid until {time}. Waiting for the code…',
  'tg.expired': 'The code has expired.',
  'tg.newCode': 'New code',
  'tg.done': 'Done: the chat is connected',
};
