import type { Like } from '../plural';
import type { search as ru } from '../ru/search';

export const search: Like<typeof ru> = {
  'search.placeholder': 'Words of a message, a name or a phone',
  'search.hintTitle': 'Whatever was said is found',
  'search.hint': 'Messages, what is said in voice messages, names of files, and customers. Type at least two letters or digits.',
  'search.nothing': 'Nothing found',
  'search.nothingHint': 'Try fewer words, or only the beginning of one.',
  'search.people': 'Customers',
  'search.messages': 'Messages',
  'search.more': 'Show more',
  'search.voice': 'voice',
  'search.file': 'file',
  'search.note': 'note',
};
