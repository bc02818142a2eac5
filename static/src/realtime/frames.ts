import type { Conversation, ConversationBrief, Customer, Id, Lead, Message } from '../api/types';
import type { PersonalParams } from '../features/bell/types';
import type { CountsFrame } from './counts.svelte';

type Durable<T extends string, D> = { type: T; prev: number; seq: number; at: string; conversation_id?: Id; data: D };
type MessageFrame<T extends string> = Durable<T, Message> & { conversation: ConversationBrief };
type ConversationData = Omit<Conversation, 'unread'>;

/** Every durable change arrives once and in order; `prev` names the frame before it in this session's view. */
export type DurableFrame =
  | MessageFrame<'message.created'>
  | MessageFrame<'message.updated'>
  | Durable<'conversation.created' | 'conversation.updated' | 'conversation.assigned' | 'conversation.entered', ConversationData>
  | Durable<'conversation.left', { id: Id }>
  | Durable<'customer.updated', Customer>
  | Durable<'lead.created' | 'lead.updated', Lead>
  | Durable<
      'notification.created',
      {
        code: string;
        detail: string;
        channel_id: Id | null;
        /** Of one for a person in particular. */ id?: Id;
        params?: PersonalParams;
      }
    >
  | Durable<'unread.updated', { conversation_id: Id; unread: number; read_up_to: Id | null }>;

/** The agent's whole text so far; `run_id` tells the turns of a conversation apart and grows, `n` grows within one. */
export type DraftFrame = { type: 'message.draft'; conversation_id: Id; run_id: Id } & (
  { n: number; text: string; done?: false } | { done: true }
);

/** May be dropped by the server; never a reason to resume. */
export type TransientFrame =
  | {
      type: 'conversation.typing';
      conversation_id: Id;
      who: 'customer' | 'operator' | 'agent';
      user_id?: Id;
      name?: string;
      on: boolean;
    }
  | { type: 'conversation.viewing'; conversation_id: Id; user_id: Id; name: string; on: boolean }
  | DraftFrame
  | CountsFrame
  | { type: 'presence.updated'; user_id: Id; presence: 'online' | 'offline' }
  | { type: 'presence.snapshot'; online: Id[] };

export type ProblemBody = { status?: number; code?: string; detail?: string; title?: string };
export type AnswerFrame =
  { type: 'ack'; client_id: string; message: Message } | { type: 'nack'; client_id: string; problem: ProblemBody };

export type ReadyFrame = { type: 'ready' | 'resync'; epoch: string; seq: number };

export type SendFrame = {
  type: 'send';
  conversation_id: Id;
  client_id: string;
  text?: string;
  note?: boolean;
  attachments?: Id[];
  reply_to?: Id;
  seen_seq?: number;
  /** The agent's suggestion that is approved with this. */
  run_id?: Id;
};
export type ClientFrame =
  SendFrame | { type: 'typing'; conversation_id: Id; on: boolean } | { type: 'viewing'; conversation_id: Id | null };

export type ServerFrame = DurableFrame | TransientFrame | AnswerFrame;
