import type { components } from '../../api/generated';

type Schemas = components['schemas'];

/** The server refuses fields it does not know, so nothing is added to this on the way. */
export type AgentSettings = Schemas['AgentSettings'];
export type AnswersFirst = AgentSettings['answers_first'];
export type Language = AgentSettings['languages'][number];
export type FindOut = Schemas['FindOut'];
export type Hours = Schemas['AgentHours'];
export type Day = Hours['days'][number];
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies readonly Day[];

/** `version` 0: nobody has saved anything yet; `ready`: there is a key to answer with. */
export type AgentState = Schemas['Agent'];
export type AgentVersion = Schemas['AgentVersion'];
export type Preset = Schemas['AgentPreset'];

export type ToolUse = Schemas['ToolUse'];
export type TryLine = Schemas['TranscriptLine'];
export type TryAnswer = Schemas['AgentTrial'];
