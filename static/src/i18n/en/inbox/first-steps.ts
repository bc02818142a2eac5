import type { Like } from '../../plural';
import type { firstSteps as ru } from '../../ru/inbox/first-steps';

export const firstSteps: Like<typeof ru> = {
  'setup.welcome': 'Welcome!',
  'setup.title': 'First steps',
  'setup.text': { one: '{n} step to the first answered message.', other: '{n} steps to the first answered message.' },
  'setup.try': 'Write to yourself as a customer: the chat opens in a new tab',
  'setup.answer': 'Answer the first message',
  'setup.invite': 'Invite a colleague',
  'setup.telegram': 'Connect Telegram',
  'setup.done': 'Done',
  'setup.todo': 'Not done yet',
  'setup.hide': 'Hide the tips',
};
