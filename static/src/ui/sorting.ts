// The order of a table in its page's address: every page's addresses are known from the start, its table is not.
import type { Field } from '../lib/query';

export type Sort = { by: string; down: boolean } | null;

/** An order as it stands in an address: `name`, or `-name` for downwards. */
export const sorting = (...ids: string[]): Field<Sort> => ({
  usual: null,
  parse: (text) => {
    const by = text.replace(/^-/, '');
    return ids.includes(by) ? { by, down: text.startsWith('-') } : undefined;
  },
  print: (sort) => (sort ? `${sort.down ? '-' : ''}${sort.by}` : ''),
});
