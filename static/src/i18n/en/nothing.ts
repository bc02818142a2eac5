import type { Like } from '../plural';
import type { nothing as ru } from '../ru/nothing';

// Of a list that shows nothing.
export const nothing: Like<typeof ru> = {
  'inbox.emptyTitle': 'Nothing here yet',
  'inbox.emptyHint': 'New conversations appear by themselves.',
  'inbox.nothingFound': 'Nothing found',
  'inbox.nothingFoundHint': 'The search covers the loaded conversations of this view.',
  'inbox.lookFurther': 'Look among older ones',
  'inbox.noneHandled': 'None among the loaded conversations.',
  'search.everywhere': 'Search all messages',
  'inbox.narrowed': 'The list is narrowed: {by}',
};
