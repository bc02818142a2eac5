import type { Told } from '../api/problem';
import type { Conversation, Customer, Id } from '../api/types';
import type { Kept } from './kept.svelte';

type OfConversation = {
  conversation_id: Id;
  customer_id?: undefined;
  kind: 'status' | 'assign' | 'read';
  show?: Partial<Conversation>;
};
/** One field of a customer. */
type OfCustomer = {
  conversation_id?: undefined;
  customer_id: Id;
  kind: `edit.${'name' | 'phone' | 'email' | 'language' | 'notes'}`;
  show: Partial<Customer>;
};
/** Of what it is, and what is shown until the server has answered. */
export type ChangeOf = OfConversation | OfCustomer;
/** What the server says a changed thing has become. */
export type Changed = Conversation | Customer;

/** One change that the server has yet to agree to. Each says what shall be, not what to do: told twice it is the same. */
export type Change = Required<Kept> &
  ChangeOf & {
    id: string;
    body: Record<string, unknown>;
    /** It went out: the server may have it. */
    sent?: boolean;
    /** So often it went out in vain. */
    tries: number;
    /** It stands for others before it, which were not told. */
    over?: boolean;
    /** One of many: whoever asked says of all together what came to nothing. */
    quiet?: true;
    /** The one that is taken back with this. */
    undoes?: string;
    /** Not told before; what comes until then is told together. */
    due?: number;
    /** Of a customer: what stood there when it was edited. Without it, it is written over whatever stands there. */
    from?: string | null;
    /** It goes no further, for this reason, until somebody decides: it is shown no more as if it were done. */
    stuck?: Told;
    /** Who may have it by what others before it have done, or have not: to find one of these there is no surprise. */
    ours?: (Id | null)[];
  };
/** One that follows from something else was asked for when that was. */
export type NewChange = ChangeOf & Pick<Change, 'body' | 'undoes' | 'quiet' | 'due' | 'from'> & { created_at?: string };
/** What one tab tells the others. */
export type ChangeNews = { put: Change } | { gone: string; row?: Changed } | { refused: Change; told: Told };

export const isPassing = (status: number): boolean => status === 0 || status >= 500 || [401, 408, 429].includes(status);
