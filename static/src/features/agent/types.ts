import type { Id, Person } from '../../api/types';

export type AnswersFirst = 'agent' | 'drafts' | 'people';
export type Language = 'ru' | 'kk' | 'en';
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export type FindOut = { key: string; label: string; required: boolean };
export type Hours = { days: Day[]; from: string; to: string; when: 'inside' | 'outside' | 'always' };

/** The server refuses fields it does not know, so nothing is added to this on the way. */
export type AgentSettings = {
  answers_first: AnswersFirst;
  name: string;
  role: string;
  tone: string;
  languages: Language[];
  greeting: Partial<Record<Language, string>>;
  find_out: FindOut[];
  hand_over_when: string;
  scope: 'qualifying' | 'card';
  hours: Hours | null;
  model: string | null;
  temperature: number;
  budget_per_conversation: number | null;
  budget_per_day: number | null;
  debounce_ms: number;
  disclose: boolean;
  extra: string;
};

/** `version` 0: nobody has saved anything yet; `ready`: there is a key to answer with. */
export type AgentState = {
  channel_id: Id;
  version: number;
  answers_first: AnswersFirst;
  settings: AgentSettings;
  ready: boolean;
  updated_at: string | null;
  updated_by: Person | null;
};
export type AgentVersion = { number: number; settings: AgentSettings; created_at: string; created_by: Person | null };
export type Preset = { id: string; name: Record<Language, string>; settings: AgentSettings };

export type ToolUse = { name: string; arguments: unknown; result: unknown };
export type TryLine = { role: 'customer' | 'agent'; text: string };
export type TryAnswer = {
  text: string;
  tool_calls: ToolUse[];
  ended: 'answer' | 'handoff';
  latency_ms: number;
  tokens_in: number;
  tokens_out: number;
  cost: number;
};
