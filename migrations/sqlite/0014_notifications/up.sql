-- What one person is told and shall find later: a conversation that was given to them, a note that names them.
CREATE TABLE notifications (
  id BIGINT NOT NULL PRIMARY KEY,
  company_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('assigned','mentioned')),
  conversation_id BIGINT NOT NULL,
  message_id BIGINT,
  params JSON_TEXT NOT NULL,
  read_at BIGINT,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (company_id, conversation_id) REFERENCES conversations(company_id, id)
);
CREATE INDEX notifications_list ON notifications (user_id, company_id, id);
CREATE INDEX notifications_about ON notifications (user_id, conversation_id);
CREATE INDEX notifications_unread ON notifications (user_id, company_id) WHERE read_at IS NULL;
CREATE INDEX notifications_old ON notifications (created_at);
