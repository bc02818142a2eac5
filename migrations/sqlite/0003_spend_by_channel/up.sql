-- What was spent is told by channel, and listening counts too. Days that are past keep what their turns have cost.
CREATE TABLE ai_spend_by_channel (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  day BIGINT NOT NULL,
  channel_id BIGINT NOT NULL REFERENCES channels(id),
  runs BIGINT NOT NULL DEFAULT 0,
  tokens_in BIGINT NOT NULL DEFAULT 0,
  tokens_out BIGINT NOT NULL DEFAULT 0,
  recordings BIGINT NOT NULL DEFAULT 0,
  audio_ms BIGINT NOT NULL DEFAULT 0,
  cost_micros BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (company_id, day, channel_id)
);
INSERT INTO ai_spend_by_channel (company_id, day, channel_id, runs, tokens_in, tokens_out, cost_micros)
SELECT agent_runs.company_id, agent_runs.ended_at / 86400000000, conversations.channel_id,
  COUNT(*), SUM(agent_runs.tokens_in), SUM(agent_runs.tokens_out), SUM(agent_runs.cost_micros)
FROM agent_runs JOIN conversations ON conversations.id = agent_runs.conversation_id
WHERE agent_runs.ended_at IS NOT NULL
GROUP BY 1, 2, 3;
DROP TABLE ai_spend;
ALTER TABLE ai_spend_by_channel RENAME TO ai_spend;
