// What the server answers, as far as the console reads it. Ids come from the database and grow with time.
export type Id = number;
export type Role = 'owner' | 'manager' | 'operator';
export type Status = 'open' | 'pending' | 'snoozed' | 'closed';
export type View = 'mine' | 'unassigned' | 'all' | 'mentions';
export type Person = { id: Id; name: string };

export type Me = {
  id: Id;
  email: string;
  name: string;
  role: Role;
  company_id: Id;
  company_name: string;
  locale: string | null;
  time_zone: string | null;
};

export type Attachment = {
  id: Id;
  kind: string;
  name: string | null;
  mime: string | null;
  size: number | null;
  status: 'pending' | 'ready' | 'failed';
  url: string | null;
  transcript?: string | null;
  transcript_state?: 'none' | 'pending' | 'done' | 'doubtful' | 'failed';
};

export type DeliveryStatus =
  'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'cancelled' | 'uncertain';

export type Message = {
  id: Id;
  conversation_id: Id;
  direction: 'in' | 'out' | 'note' | 'event';
  author: { type: 'customer' | 'operator' | 'agent' | 'bot' | 'system'; id: Id | null; name: string | null };
  kind: string;
  text: string | null;
  payload?: Record<string, unknown> | null;
  attachments: Attachment[];
  reply_to: Id | null;
  reactions: { emoji: string; author: string | { name?: string | null } }[];
  status: DeliveryStatus;
  error: { code: string; detail: string } | null;
  edited_at: string | null;
  deleted_at: string | null;
  seq: number;
  created_at: string;
  client_id?: string | null;
  agent_run_id?: Id | null;
};

export type CustomerBrief = {
  id: Id;
  name: string | null;
  phone: string | null;
  username: string | null;
  language: string | null;
};
export type Customer = CustomerBrief & {
  email: string | null;
  source: string | null;
  notes: string | null;
  channels: { kind: string; channel_id: Id; username: string | null }[];
  created_at: string;
  seq: number;
};

/** The agent's reply that waits for a person; gone with the next word of anybody. */
export type Suggestion = { run_id: Id; text: string };
export type Conversation = {
  id: Id;
  channel_id: Id;
  channel_kind: string;
  customer: CustomerBrief;
  status: Status;
  handler: 'bot' | 'agent' | 'operator' | 'queue';
  assignee: Person | null;
  department_id: Id | null;
  last_message: Message | null;
  unread: number;
  window_expires_at: string | null;
  seq: number;
  created_at: string;
  updated_at: string;
  snoozed_until?: string | null;
  inbound_count?: number;
  last_message_id?: Id | null;
  lead_id?: Id | null;
  suggestion?: Suggestion | null;
};
/** What stands beside a message in a frame: enough to keep the row right. */
export type ConversationBrief = Pick<
  Conversation,
  | 'id'
  | 'status'
  | 'handler'
  | 'assignee'
  | 'snoozed_until'
  | 'window_expires_at'
  | 'seq'
  | 'updated_at'
  | 'lead_id'
  | 'suggestion'
> & {
  last_message_id: Id | null;
  inbound_count: number;
};

export type LeadStatus = 'new' | 'in_progress' | 'won' | 'lost';
/** What became of the notice to the company's own chat. */
export type LeadNotice = { state: 'none' | 'queued' | 'sent' | 'uncertain' | 'failed'; detail: string | null };
export type Lead = {
  id: Id;
  bot_user_id: Id;
  name: string;
  phone: string;
  phone_e164: string;
  city: string;
  object_type: string;
  area: string;
  summary: string;
  language: string;
  status: LeadStatus;
  created_at: string;
  updated_at: string;
  conversation_id: Id;
  channel_kind: string;
  assignee: Person | null;
  notice: LeadNotice;
  agent_run_id: Id | null;
  seq: number;
};

export type Health = {
  state: 'ok' | 'checking' | 'retrying' | 'unauthorized' | 'disabled';
  detail: string | null;
  checked_at: string | null;
  last_event_at: string | null;
  retry_at: string | null;
};
export type Channel = {
  id: Id;
  kind: 'telegram' | 'whatsapp' | 'webchat' | 'api';
  name: string;
  status: 'active' | 'disabled' | 'error';
  mode?: string | null;
  username?: string | null;
  health: Health;
  key?: string | null;
  chat_url?: string | null;
  token_hint?: string | null;
  created_at: string;
};

export type Operator = {
  id: Id;
  name: string;
  email: string;
  role: Role;
  is_active: boolean;
  presence: 'online' | 'offline';
  created_at: string;
};
export type Invite = { id: Id; role: Role; email: string | null; url?: string; expires_at: string; created_at: string };
export type Session = {
  id: Id;
  created_at: string;
  last_seen_at: string | null;
  address: string | null;
  user_agent: string | null;
  current: boolean;
};
export type Setup = {
  webchat_key: string | null;
  channels: boolean;
  invited: boolean;
  first_message: boolean;
  first_answer: boolean;
};
export type Uploaded = { id: Id; name: string; mime: string; size: number; kind: string };
export type AuthOptions = { registration: 'open' | 'invite' | 'closed'; password_min_length: number; version: string };
