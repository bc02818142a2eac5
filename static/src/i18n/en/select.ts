import type { Like } from '../plural';
import type { select as ru } from '../ru/select';

export const select: Like<typeof ru> = {
  'select.bar': 'Actions with the selected conversations',
  'select.all': 'All: {n}',
  'select.closed': { one: '{n} conversation closed', other: '{n} conversations closed' },
  'select.open': { one: '{n} conversation opened again', other: '{n} conversations opened again' },
  'select.snoozed': { one: '{n} conversation snoozed', other: '{n} conversations snoozed' },
  'select.assigned': { one: '{n} conversation given to {name}', other: '{n} conversations given to {name}' },
  'select.released': { one: '{n} conversation given back to everybody', other: '{n} conversations given back to everybody' },
  'select.read': { one: '{n} conversation marked as read', other: '{n} conversations marked as read' },
  'select.unread': { one: '{n} conversation marked as unread', other: '{n} conversations marked as unread' },
  'select.refused': {
    one: '{n} conversation could not be changed and stays selected',
    other: '{n} conversations could not be changed and stay selected',
  },
  'select.progress': '{done} of {n} done',
  'select.markRead': 'Mark as read',
  'select.markUnread': 'Mark as unread',
  'select.nothing': 'Nothing to change: all of it is so already.',
};
