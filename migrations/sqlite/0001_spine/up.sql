-- The spine. Times are microseconds since 1970 UTC (BIGINT); enums are checked text; JSON_TEXT is JSON kept as text.
-- migrations/postgres holds the same schema in the other dialect; a test compares the two.

-- One row per fact about this database as a whole: `epoch` (changes when history is replaced), `first_start`.
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- Ids of everything written in a unit come from one counter, drawn after the conversation is locked.
CREATE TABLE ids (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  last_id BIGINT NOT NULL
);
INSERT INTO ids (id, last_id) VALUES (1, 0);

CREATE TABLE companies (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  plan TEXT NOT NULL DEFAULT 'free',
  limits JSON_TEXT NOT NULL DEFAULT '{}',
  settings JSON_TEXT NOT NULL DEFAULT '{}',
  locale TEXT NOT NULL DEFAULT 'ru',
  time_zone TEXT NOT NULL DEFAULT 'Asia/Almaty',
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);

-- The head of a company's feed. The row lock taken by `UPDATE … RETURNING` makes `events.seq` dense.
CREATE TABLE company_feeds (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies(id),
  last_seq BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE users (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  hashed_password TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  locale TEXT NOT NULL DEFAULT 'ru',
  time_zone TEXT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);

CREATE TABLE memberships (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  user_id BIGINT NOT NULL REFERENCES users(id),
  role TEXT NOT NULL CHECK (role IN ('owner','manager','operator')),
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at BIGINT NOT NULL,
  UNIQUE (company_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE departments (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  UNIQUE (company_id, id)
);

CREATE TABLE department_members (
  company_id BIGINT NOT NULL,
  department_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  PRIMARY KEY (department_id, user_id),
  FOREIGN KEY (company_id, department_id) REFERENCES departments(company_id, id),
  FOREIGN KEY (company_id, user_id) REFERENCES memberships(company_id, user_id)
);

-- A signed-in browser or program. A refresh token that is not the newest of its session revokes the session.
CREATE TABLE sessions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  refresh_hash TEXT NOT NULL,
  previous_hash TEXT,
  rotated_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  changed_at BIGINT NOT NULL DEFAULT 0,
  FOREIGN KEY (company_id, user_id) REFERENCES memberships(company_id, user_id)
);
CREATE INDEX sessions_changed ON sessions (changed_at);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE invites (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  role TEXT NOT NULL CHECK (role IN ('owner','manager','operator')),
  email TEXT,
  token_hash TEXT NOT NULL UNIQUE,
  created_by BIGINT NOT NULL REFERENCES users(id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  accepted_at BIGINT,
  accepted_by BIGINT REFERENCES users(id),
  revoked_at BIGINT
);
CREATE INDEX invites_company ON invites (company_id);

-- `token` and `secret` are sealed (AES-256-GCM, key id in front); `key` is public (hosted chat address).
CREATE TABLE channels (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  kind TEXT NOT NULL CHECK (kind IN ('telegram','whatsapp','webchat','api')),
  name TEXT NOT NULL,
  mode TEXT NOT NULL DEFAULT 'webhook' CHECK (mode IN ('webhook','polling')),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  key TEXT UNIQUE,
  token TEXT,
  token_hint TEXT,
  secret TEXT,
  secret_hash TEXT,
  provider_id TEXT,
  username TEXT,
  settings JSON_TEXT NOT NULL DEFAULT '{}',
  health_state TEXT NOT NULL DEFAULT 'checking' CHECK (health_state IN ('ok','checking','retrying','unauthorized','disabled')),
  health_detail TEXT NOT NULL DEFAULT '',
  health_checked_at BIGINT,
  health_retry_at BIGINT,
  last_event_at BIGINT,
  poll_offset BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  UNIQUE (company_id, id)
);
CREATE INDEX channels_secret ON channels (secret_hash);
-- One live channel a bot or number: two would fight over its webhook.
CREATE UNIQUE INDEX channels_provider ON channels (kind, provider_id) WHERE provider_id IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE customers (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  name TEXT NOT NULL DEFAULT '',
  phone TEXT,
  phone_e164 TEXT,
  email TEXT,
  username TEXT,
  language TEXT,
  locale TEXT,
  time_zone TEXT,
  source TEXT,
  notes TEXT NOT NULL DEFAULT '',
  fields JSON_TEXT NOT NULL DEFAULT '{}',
  seq BIGINT NOT NULL DEFAULT 0,
  merged_into_id BIGINT,
  erased_at BIGINT,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (company_id, id)
);

-- One customer's address on one channel. `address` is what a send goes to (Telegram: the chat id).
CREATE TABLE identities (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  home_key TEXT NOT NULL,
  address TEXT NOT NULL,
  username TEXT,
  blocked_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (company_id, id),
  FOREIGN KEY (company_id, channel_id) REFERENCES channels(company_id, id),
  FOREIGN KEY (company_id, customer_id) REFERENCES customers(company_id, id)
);
CREATE INDEX identities_customer ON identities (customer_id);

CREATE TABLE identity_keys (
  company_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  PRIMARY KEY (channel_id, key),
  FOREIGN KEY (company_id, channel_id) REFERENCES channels(company_id, id),
  FOREIGN KEY (company_id, identity_id) REFERENCES identities(company_id, id)
);
CREATE INDEX identity_keys_identity ON identity_keys (identity_id);

-- One row per identity, for ever. `version` guards every write of what an actor holds in memory;
-- `generation` fences automatic replies; `public_*` and `other_seq` answer "has anything newer been said by someone else?".
CREATE TABLE conversations (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL UNIQUE,
  customer_id BIGINT NOT NULL,
  episode_id BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  generation BIGINT NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('open','pending','snoozed','closed')),
  handler TEXT NOT NULL CHECK (handler IN ('bot','agent','operator','queue')),
  assignee_id BIGINT,
  department_id BIGINT,
  priority BIGINT NOT NULL DEFAULT 0,
  inbound_count BIGINT NOT NULL DEFAULT 0,
  last_message_id BIGINT,
  public_seq BIGINT NOT NULL DEFAULT 0,
  public_author TEXT NOT NULL DEFAULT '',
  other_seq BIGINT NOT NULL DEFAULT 0,
  snoozed_until BIGINT,
  window_expires_at BIGINT,
  seq BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (company_id, id),
  FOREIGN KEY (company_id, channel_id) REFERENCES channels(company_id, id),
  FOREIGN KEY (company_id, identity_id) REFERENCES identities(company_id, id),
  FOREIGN KEY (company_id, customer_id) REFERENCES customers(company_id, id),
  FOREIGN KEY (company_id, assignee_id) REFERENCES memberships(company_id, user_id),
  FOREIGN KEY (company_id, department_id) REFERENCES departments(company_id, id)
);
CREATE INDEX conversations_list ON conversations (company_id, updated_at, id);
CREATE INDEX conversations_assignee ON conversations (company_id, assignee_id, updated_at, id);
CREATE INDEX conversations_customer ON conversations (customer_id);

CREATE TABLE episodes (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  first_reply_at BIGINT,
  closed_at BIGINT,
  UNIQUE (conversation_id, number),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);

-- `sender` scopes `client_id` ("u:7" a user, "c:9" a customer, "k:3" an API key); `content_hash` tells a repeat from a misuse.
CREATE TABLE messages (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  episode_id BIGINT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in','out','note','event')),
  author_type TEXT NOT NULL CHECK (author_type IN ('customer','operator','agent','bot','system')),
  author_id BIGINT,
  author_name TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL CHECK (kind IN ('text','image','document','voice','audio','video','sticker','location','contact','buttons','reaction','template','unsupported')),
  text TEXT NOT NULL DEFAULT '',
  payload JSON_TEXT,
  status TEXT NOT NULL CHECK (status IN ('received','queued','sending','sent','delivered','read','failed','cancelled','uncertain')),
  error_code TEXT,
  error_detail TEXT,
  reply_to_id BIGINT,
  sender TEXT NOT NULL,
  client_id TEXT,
  content_hash TEXT,
  provider_id TEXT,
  provider_at BIGINT,
  origin TEXT NOT NULL DEFAULT 'hub' CHECK (origin IN ('hub','provider','echo','import')),
  generation BIGINT,
  agent_run_id BIGINT,
  bot_version_id BIGINT,
  edited_at BIGINT,
  deleted_at BIGINT,
  seq BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (company_id, id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);
CREATE INDEX messages_thread ON messages (conversation_id, id);
CREATE UNIQUE INDEX messages_client ON messages (company_id, sender, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_provider ON messages (conversation_id, provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE message_revisions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  text TEXT NOT NULL,
  replaced_at BIGINT NOT NULL,
  FOREIGN KEY (company_id, message_id) REFERENCES messages(company_id, id)
);
CREATE INDEX message_revisions_message ON message_revisions (message_id);

CREATE TABLE reactions (
  company_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  author TEXT NOT NULL,
  emoji TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (message_id, author, emoji),
  FOREIGN KEY (company_id, message_id) REFERENCES messages(company_id, id)
);

-- `message_id` is null from upload until a message names the file; unused ones are swept after 24 h.
CREATE TABLE attachments (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  message_id BIGINT,
  uploaded_by BIGINT,
  position BIGINT NOT NULL DEFAULT 0,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('pending','ready','failed')),
  storage_key TEXT,
  provider_file_id TEXT,
  provider_unique_id TEXT,
  error TEXT,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (company_id, message_id) REFERENCES messages(company_id, id)
);
CREATE INDEX attachments_message ON attachments (message_id);
CREATE INDEX attachments_unused ON attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX attachments_storage_key ON attachments (storage_key);

-- One tracked send to a provider: a long text is several parts, a resend a new attempt.
CREATE TABLE deliveries (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  part BIGINT NOT NULL,
  attempt BIGINT NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN ('queued','sending','sent','delivered','read','failed','cancelled','uncertain')),
  retries BIGINT NOT NULL DEFAULT 0,
  not_before BIGINT,
  provider_id TEXT,
  node TEXT,
  claimed_at BIGINT,
  uncertain_at BIGINT,
  error_code TEXT,
  error_detail TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (message_id, attempt, part),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id),
  FOREIGN KEY (company_id, message_id) REFERENCES messages(company_id, id)
);
CREATE INDEX deliveries_open ON deliveries (conversation_id, id) WHERE state IN ('queued','sending','uncertain');
CREATE INDEX deliveries_provider ON deliveries (channel_id, provider_id) WHERE provider_id IS NOT NULL;

-- Receipts that came before the provider id they speak of was stored.
CREATE TABLE orphan_receipts (
  channel_id BIGINT NOT NULL,
  provider_id TEXT NOT NULL,
  status TEXT NOT NULL,
  detail TEXT,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (channel_id, provider_id, status)
);

-- unread = conversations.inbound_count - read_count
CREATE TABLE read_states (
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  read_count BIGINT NOT NULL,
  read_up_to BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, user_id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);

-- What a user has typed and not sent: it follows them from device to device.
CREATE TABLE drafts (
  company_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  reply TEXT NOT NULL,
  note TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);

-- The dedupe mark is this row, written in the unit it causes. Raw bytes are kept 30 days.
CREATE TABLE inbound_raw (
  id BIGINT NOT NULL PRIMARY KEY,
  channel_id BIGINT NOT NULL,
  external_id TEXT NOT NULL,
  conversation_id BIGINT,
  body BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('done','attempted','quarantined','unreadable')),
  attempts BIGINT NOT NULL DEFAULT 0,
  error TEXT,
  received_at BIGINT NOT NULL,
  UNIQUE (channel_id, external_id)
);
CREATE INDEX inbound_raw_age ON inbound_raw (received_at);

-- Ids, audience and a small diff; never bodies. Replay reads the objects by their ids.
CREATE TABLE events (
  company_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  conversation_id BIGINT,
  message_id BIGINT,
  customer_id BIGINT,
  user_id BIGINT,
  department_before BIGINT,
  department_after BIGINT,
  assignee_before BIGINT,
  assignee_after BIGINT,
  diff JSON_TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (company_id, seq)
);

CREATE TABLE timers (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (conversation_id, kind),
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE jobs (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  kind TEXT NOT NULL,
  payload JSON_TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','running','done','failed')),
  attempts BIGINT NOT NULL DEFAULT 0,
  run_at BIGINT NOT NULL,
  claimed_by TEXT,
  claimed_until BIGINT,
  error TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued','running');
CREATE INDEX jobs_failed ON jobs (created_at) WHERE state = 'failed';

CREATE TABLE agent_versions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  settings JSON_TEXT NOT NULL,
  created_by BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (company_id, id),
  UNIQUE (channel_id, number),
  FOREIGN KEY (company_id, channel_id) REFERENCES channels(company_id, id)
);

CREATE TABLE agent_runs (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  agent_version_id BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running','answered','suggested','handed_over','fenced','failed')),
  model TEXT NOT NULL DEFAULT '',
  trace JSON_TEXT NOT NULL DEFAULT '{}',
  tokens_in BIGINT NOT NULL DEFAULT 0,
  tokens_out BIGINT NOT NULL DEFAULT 0,
  cost_micros BIGINT NOT NULL DEFAULT 0,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id),
  FOREIGN KEY (company_id, agent_version_id) REFERENCES agent_versions(company_id, id)
);
CREATE INDEX agent_runs_conversation ON agent_runs (conversation_id, id);

CREATE TABLE audit_log (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  user_id BIGINT,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  data JSON_TEXT NOT NULL DEFAULT '{}',
  at BIGINT NOT NULL
);
CREATE INDEX audit_log_company ON audit_log (company_id, id);

-- Who acts for something on several nodes; `token` fences a holder that woke up late.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  token BIGINT NOT NULL,
  until BIGINT NOT NULL
);
