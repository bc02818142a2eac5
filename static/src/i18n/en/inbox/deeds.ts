import type { Like } from '../../plural';
import type { deeds as ru } from '../../ru/inbox/deeds';

export const deeds: Like<typeof ru> = {
  'snooze.past': 'That time has passed',
  'done.open': 'Conversation opened',
  'done.pending': 'Waiting for the customer',
  'done.snoozed': 'Conversation snoozed',
  'done.closed': 'Conversation closed',
  'done.waits': 'will be sent when there is a connection',
  'undo.done': 'Undone: {what}',
  'undo.late': 'It cannot be undone any more: the conversation has changed since.',
  'undo.nothing': 'There is nothing to undo.',
  'redo.nothing': 'There is nothing to redo.',
  'stuck.title': 'Not saved: {what}',
  'stuck.too_late': 'More than a day has passed: decide whether it is still wanted.',
  'stuck.changed_since': 'Something else was written here meanwhile.',
  'stuck.drop': 'Not needed',
  'stuck.show': 'Show',
  'done.toAgent': 'The AI assistant goes on',
};
