// What is said on the socket. The types are made from the API's AsyncAPI document: `npm run gen`.
import type { components } from '../api/generated';
import type { CountsFrame } from './counts.svelte';

type Hears = components['schemas']['operatorHears'];
type Sends = components['schemas']['operatorSends'];

/** Every durable change arrives once and in order; `prev` names the frame before it in this session's view. */
export type DurableFrame = Extract<Hears[keyof Hears], { prev: number }>;

/** The agent's whole text so far; `run_id` tells the turns of a conversation apart and grows, `n` grows within one. */
export type DraftFrame = Hears['message.draft'];

/** May be dropped by the server; never a reason to resume. */
export type TransientFrame =
  | Hears['conversation.typing' | 'conversation.viewing' | 'message.draft' | 'presence.updated' | 'presence.snapshot']
  | CountsFrame;

/** A problem, as far as it is read: one may also be made here. */
export type ProblemBody = Partial<components['schemas']['Problem']>;
export type AnswerFrame = Hears['ack'] | (Omit<Hears['nack'], 'problem'> & { problem: ProblemBody });

export type ReadyFrame = Hears['ready'] | Hears['resync'];

export type SendFrame = Sends['send'] & { client_id: string };
export type ClientFrame = SendFrame | Sends['typing'] | Sends['viewing'];

export type ServerFrame = DurableFrame | TransientFrame | AnswerFrame;
