-- The agent: who answers first, what it may cost, what came of it.
-- migrations/postgres holds the same in the other dialect; a test compares the two.

-- An automatic answer is owed since `turn_since`; it survives a crash because it stands here.
ALTER TABLE conversations ADD COLUMN turn_since BIGINT;
-- The request being qualified in this stretch; a repeat within it changes the lead instead of making another.
ALTER TABLE conversations ADD COLUMN lead_id BIGINT;
ALTER TABLE conversations ADD COLUMN lead_at BIGINT;
-- The run whose reply waits for a person's approval.
ALTER TABLE conversations ADD COLUMN suggestion_run_id BIGINT;
CREATE INDEX conversations_turns ON conversations (turn_since) WHERE turn_since IS NOT NULL;

ALTER TABLE attachments ADD COLUMN transcript TEXT;
ALTER TABLE attachments ADD COLUMN transcript_state TEXT NOT NULL DEFAULT 'none' CHECK (transcript_state IN ('none','pending','done','doubtful','failed'));

ALTER TABLE events ADD COLUMN lead_id BIGINT;

-- One turn of the model, written when it ends. `prompt` and `trace` answer "why did it say that?"; `acts` is what an approval does.
ALTER TABLE agent_runs ADD COLUMN reply TEXT NOT NULL DEFAULT '';
ALTER TABLE agent_runs ADD COLUMN acts JSON_TEXT NOT NULL DEFAULT '{}';
ALTER TABLE agent_runs ADD COLUMN reason TEXT;
ALTER TABLE agent_runs ADD COLUMN function_called TEXT;
ALTER TABLE agent_runs ADD COLUMN message_id BIGINT;
ALTER TABLE agent_runs ADD COLUMN latency_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX agent_runs_company ON agent_runs (company_id, id);

CREATE TABLE leads (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  customer_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  episode_id BIGINT NOT NULL,
  agent_run_id BIGINT,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_e164 TEXT NOT NULL,
  city TEXT NOT NULL DEFAULT '',
  object_type TEXT NOT NULL DEFAULT '',
  area TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new','in_progress','won','lost')),
  assignee_id BIGINT,
  notice_state TEXT NOT NULL DEFAULT 'none' CHECK (notice_state IN ('none','queued','sent','uncertain','failed')),
  notice_detail TEXT,
  seq BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (company_id, id),
  FOREIGN KEY (company_id, customer_id) REFERENCES customers(company_id, id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id),
  FOREIGN KEY (company_id, assignee_id) REFERENCES memberships(company_id, user_id)
);
CREATE INDEX leads_status ON leads (company_id, status, id);
CREATE INDEX leads_conversation ON leads (conversation_id);

-- What a company has set for its agents. `api_key` is sealed; null fields fall back on the instance's own settings.
CREATE TABLE ai_settings (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies(id),
  api_key TEXT,
  key_hint TEXT,
  base_url TEXT,
  model TEXT,
  transcribe_model TEXT,
  default_region TEXT NOT NULL DEFAULT 'KZ',
  prices JSON_TEXT NOT NULL DEFAULT '{}',
  daily_budget_micros BIGINT,
  card TEXT NOT NULL DEFAULT '',
  allowed_hosts JSON_TEXT NOT NULL DEFAULT '[]',
  customer_fields JSON_TEXT NOT NULL DEFAULT '[]',
  error_code TEXT,
  error_detail TEXT,
  error_at BIGINT,
  updated_at BIGINT NOT NULL
);

-- What was spent a day (UTC days since 1970), counted in the unit that ends a run: a budget is looked up, never summed.
CREATE TABLE ai_spend (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  day BIGINT NOT NULL,
  runs BIGINT NOT NULL DEFAULT 0,
  tokens_in BIGINT NOT NULL DEFAULT 0,
  tokens_out BIGINT NOT NULL DEFAULT 0,
  cost_micros BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, day)
);

-- HTTP calls that a company lets its agents make. `headers` is sealed.
CREATE TABLE agent_tools (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('GET','POST')),
  url TEXT NOT NULL,
  parameters JSON_TEXT NOT NULL DEFAULT '[]',
  headers TEXT,
  headers_hint TEXT,
  timeout_ms BIGINT NOT NULL DEFAULT 5000,
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (company_id, name)
);

-- Where a company's notices go: a chat that its owner connected by sending a code to one of its bots.
CREATE TABLE notice_chats (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies(id),
  channel_id BIGINT NOT NULL,
  chat_id TEXT NOT NULL,
  title TEXT NOT NULL,
  connected_by BIGINT,
  connected_at BIGINT NOT NULL,
  FOREIGN KEY (company_id, channel_id) REFERENCES channels(company_id, id)
);

-- A code that somebody is about to send to a bot: to connect the company's chat, or their own account.
CREATE TABLE telegram_codes (
  code_hash TEXT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('notices','account')),
  expires_at BIGINT NOT NULL,
  FOREIGN KEY (company_id, user_id) REFERENCES memberships(company_id, user_id)
);
CREATE INDEX telegram_codes_expiry ON telegram_codes (expires_at);

-- A user's own Telegram account: whose press of a button counts as theirs.
CREATE TABLE telegram_links (
  company_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  telegram_user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, user_id),
  UNIQUE (company_id, telegram_user_id),
  FOREIGN KEY (company_id, user_id) REFERENCES memberships(company_id, user_id)
);
