-- What stands against a day's budgets: what was spent, and what turns under way have set aside. `channel_id` 0 is the company
-- with all its channels; that row is locked first.
CREATE TABLE ai_budgets (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  day BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  spent_micros BIGINT NOT NULL DEFAULT 0,
  reserved_micros BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, day, channel_id)
);
INSERT INTO ai_budgets (company_id, day, channel_id, spent_micros)
SELECT company_id, day, channel_id, cost_micros FROM ai_spend;
INSERT INTO ai_budgets (company_id, day, channel_id, spent_micros)
SELECT company_id, day, 0, SUM(cost_micros) FROM ai_spend GROUP BY 1, 2;

-- Money that one call has set aside. Whoever died with it gives it back when `expires_at` has come.
CREATE TABLE ai_reservations (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  company_id BIGINT NOT NULL REFERENCES companies(id),
  day BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  micros BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX ai_reservations_open ON ai_reservations (company_id, expires_at);
