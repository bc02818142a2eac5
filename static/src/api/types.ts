// What the server answers, under the console's names. The types themselves are made from the API's documents: `npm run gen`.
import type { components } from './generated';

type Schemas = components['schemas'];

/** Ids come from the database and grow with time. */
export type Id = number;
export type Person = Schemas['Person'];
export type Me = Schemas['Account'];
export type Role = Me['role'];

export type Attachment = Schemas['Attachment'];
export type Message = Schemas['Message'];
export type DeliveryStatus = Message['status'];

export type CustomerBrief = Schemas['CustomerBrief'];
export type Customer = Schemas['Customer'];

/** The agent's reply that waits for a person; gone with the next word of anybody. */
export type Suggestion = Schemas['Suggestion'];
/** As lists and answers show it; frames leave out `unread`, which differs from person to person. */
export type Conversation = Schemas['Conversation'] & { unread: number; last_message_id?: Id | null };
export type Status = Conversation['status'];
/** Those that are counted, and the conversations that name one. */
export type View = keyof Schemas['Conversations']['counts'] | 'mentions';
/** What stands beside a message in a frame: enough to keep the row right. */
export type ConversationBrief = Schemas['ConversationSummary'];

export type Lead = Schemas['Lead'];
export type LeadStatus = Lead['status'];
/** What became of the notice to the company's own chat. */
export type LeadNotice = Schemas['LeadNotice'];

export type Health = Schemas['ChannelHealth'];
export type Channel = Schemas['Channel'];

export type Operator = Schemas['Operator'];
export type Invite = Schemas['Invite'];
export type Session = Schemas['Session'];
export type Setup = Schemas['Setup'];
export type Uploaded = Schemas['File'];
export type AuthOptions = Schemas['Options'];
