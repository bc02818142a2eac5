import type { Like } from '../plural';
import type { warnings as ru } from '../ru/warnings';

export const warnings: Like<typeof ru> = {
  'warning.label': 'Warnings',
  'warning.message_quarantined':
    'A customer’s message could not be processed and was set aside: it will not appear in the conversation. Tell your administrator.',
  'warning.ai_no_money': 'The AI assistant does not answer: the account at the model’s provider is out of money.',
  'warning.ai_bad_key': 'The AI assistant does not answer: the key was refused. Check it in the AI settings.',
  'warning.ai_unknown_model':
    'The AI assistant does not answer: the server does not know the model. Check it in the AI settings.',
};
