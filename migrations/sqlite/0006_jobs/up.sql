-- The company is NULL for work of the whole house (the purge, the sweeps): SQLite loosens a column by copying the table.
CREATE TABLE jobs_new (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT REFERENCES companies(id),
  kind TEXT NOT NULL,
  payload JSON_TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','running','done','failed')),
  attempts BIGINT NOT NULL DEFAULT 0,
  run_at BIGINT NOT NULL,
  claimed_by TEXT,
  claimed_until BIGINT,
  error TEXT,
  created_at BIGINT NOT NULL,
  key TEXT,
  asked_again BOOLEAN NOT NULL DEFAULT FALSE,
  trouble TEXT,
  done BIGINT NOT NULL DEFAULT 0,
  total BIGINT,
  note TEXT
);
INSERT INTO jobs_new (id, company_id, kind, payload, state, attempts, run_at, claimed_by, claimed_until, error, created_at)
SELECT id, company_id, kind, payload, state, attempts, run_at, claimed_by, claimed_until, error, created_at FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;
CREATE INDEX jobs_failed ON jobs (created_at) WHERE state = 'failed';
-- A company's own queue in each kind: a claim steps from company to company, however long one queue is.
CREATE INDEX jobs_due ON jobs (kind, company_id, run_at, id) WHERE state IN ('queued','running');
CREATE UNIQUE INDEX jobs_key ON jobs (key, kind) WHERE state IN ('queued','running');
CREATE INDEX jobs_company ON jobs (company_id, id);

-- What the agent is told, once for each wording; a run names it by its hash.
CREATE TABLE prompts (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, hash)
);
CREATE INDEX prompts_used ON prompts (used_at);
-- When the run began, as long as its trace is kept.
ALTER TABLE agent_runs ADD COLUMN traced_at BIGINT;
UPDATE agent_runs SET traced_at = started_at;
CREATE INDEX agent_runs_traced ON agent_runs (traced_at) WHERE traced_at IS NOT NULL;
