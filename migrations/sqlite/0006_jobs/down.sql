DROP INDEX agent_runs_traced;
ALTER TABLE agent_runs DROP COLUMN traced_at;
DROP TABLE prompts;
CREATE TABLE jobs_new (
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
INSERT INTO jobs_new (id, company_id, kind, payload, state, attempts, run_at, claimed_by, claimed_until, error, created_at)
SELECT id, company_id, kind, payload, state, attempts, run_at, claimed_by, claimed_until, error, created_at FROM jobs WHERE company_id IS NOT NULL;
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued','running');
CREATE INDEX jobs_failed ON jobs (created_at) WHERE state = 'failed';
