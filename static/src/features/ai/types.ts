import type { components } from '../../api/generated';

type Schemas = components['schemas'];

/** Dollars for a million tokens; `minute`, for models that listen, for a minute of a recording. */
export type Price = Schemas['ModelPrice'];
export type CustomerField = Schemas['CustomerField'];

/** Null fields fall back on the server's own; `…_in_use` is what that comes to. */
export type AiSettings = Schemas['Ai'];
export type AiChange = Schemas['ChangingAi'];
export type SpendDay = Schemas['SpendDay'];
export type SpendChannel = Schemas['SpendChannel'];
export type Spent = Omit<SpendDay, 'day'>;

export type Parameter = Schemas['AgentToolParameter'];
export const PARAMETER_TYPES = ['string', 'number', 'integer', 'boolean'] as const satisfies readonly Parameter['type'][];
export type Tool = Schemas['AgentTool'];
export type ToolAnswer = Schemas['AgentToolAnswer'];
