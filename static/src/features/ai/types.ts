/** Dollars for a million tokens; `minute`, for models that listen, for a minute of a recording. */
export type Price = { input: number; output: number; minute?: number };
export type CustomerField = { key: string; label: string; description: string };

/** Null fields fall back on the server's own; `…_in_use` is what that comes to. */
export type AiSettings = {
  ready: boolean;
  source: 'company' | 'instance' | 'none';
  key_hint: string | null;
  base_url: string | null;
  model: string | null;
  transcribe_model: string | null;
  model_in_use?: string | null;
  transcribe_model_in_use?: string | null;
  default_region: string;
  prices: Record<string, Price>;
  list_prices?: Record<string, Price>;
  daily_budget: number | null;
  card: string;
  allowed_hosts: string[];
  customer_fields: CustomerField[];
  spent_today: number;
  budget_today: number | null;
  last_error: { code: string; detail: string | null; at: string | null } | null;
};
export type AiChange = Partial<
  Pick<
    AiSettings,
    | 'base_url'
    | 'model'
    | 'transcribe_model'
    | 'default_region'
    | 'prices'
    | 'daily_budget'
    | 'card'
    | 'allowed_hosts'
    | 'customer_fields'
  >
> & { api_key?: string | null };
export type Spent = {
  runs: number;
  tokens_in: number;
  tokens_out: number;
  recordings: number;
  audio_seconds: number;
  cost: number;
};
export type SpendDay = Spent & { day: string };
export type SpendChannel = Spent & { channel_id: number; name: string };

export const PARAMETER_TYPES = ['string', 'number', 'integer', 'boolean'] as const;
export type Parameter = { name: string; type: (typeof PARAMETER_TYPES)[number]; description: string; required: boolean };
export type Tool = {
  id: number;
  name: string;
  description: string;
  method: 'GET' | 'POST';
  url: string;
  parameters: Parameter[];
  headers_hint: string | null;
  timeout_ms: number;
  enabled: boolean;
};
export type ToolAnswer = { status: number | null; body: string; refused?: string | null };
