-- The company is NULL for work of the whole house (the purge, the sweeps).
ALTER TABLE jobs ALTER COLUMN company_id DROP NOT NULL;
ALTER TABLE jobs ADD COLUMN key TEXT;
ALTER TABLE jobs ADD COLUMN asked_again BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE jobs ADD COLUMN trouble TEXT;
ALTER TABLE jobs ADD COLUMN done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN total BIGINT;
ALTER TABLE jobs ADD COLUMN note TEXT;
DROP INDEX jobs_due;
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
