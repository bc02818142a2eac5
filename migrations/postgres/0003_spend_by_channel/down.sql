CREATE TABLE ai_spend_by_day (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  day BIGINT NOT NULL,
  runs BIGINT NOT NULL DEFAULT 0,
  tokens_in BIGINT NOT NULL DEFAULT 0,
  tokens_out BIGINT NOT NULL DEFAULT 0,
  cost_micros BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, day)
);
INSERT INTO ai_spend_by_day (company_id, day, runs, tokens_in, tokens_out, cost_micros)
SELECT company_id, day, SUM(runs), SUM(tokens_in), SUM(tokens_out), SUM(cost_micros) FROM ai_spend GROUP BY 1, 2;
DROP TABLE ai_spend;
ALTER TABLE ai_spend_by_day RENAME TO ai_spend;
