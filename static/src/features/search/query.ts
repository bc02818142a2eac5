import { words } from '../../lib/query';

/** What is looked for. */
export const SEARCH_QUERY = { q: words };
