// What is said on a customer's socket. The types are made from the API's AsyncAPI document: `npm run gen`.
import type { components } from '../api/generated';

type Schemas = components['schemas'];
type Hears = Schemas['visitorHears'];

export type ChatAttachment = Schemas['VisitorFile'];
export type ChatButton = Schemas['Button'];
/** `in` = from the visitor, `out` = from the company. */
export type ChatMessage = Schemas['VisitorMessage'];
export type ChatProblem = Partial<Schemas['Problem']>;
export type Welcome = Hears['welcome'];
export type ChatFrame = Hears[keyof Hears];
