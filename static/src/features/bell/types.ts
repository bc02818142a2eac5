import type { Id, Person } from '../../api/types';

/** What one person in particular is told: `assigned` (somebody has given them a conversation), `mentioned` (a note names them). */
export type PersonalParams = {
  conversation_id: Id;
  message_id: Id | null;
  by: Person;
  customer: { id: Id; name: string | null };
};
export type PersonalNotice = {
  id: Id;
  code: string;
  params: PersonalParams;
  created_at: string;
  read_at: string | null;
};

/** What may be heard, or shown outside the browser: the two above, and customers' messages in one's own and in nobody's conversations. */
export const KINDS = ['assigned', 'mentioned', 'mine', 'queue'] as const;
export type Kind = (typeof KINDS)[number];
