DROP INDEX messages_unread;
DROP INDEX conversations_turns;
CREATE INDEX conversations_turns ON conversations (turn_since) WHERE turn_since IS NOT NULL;
DROP INDEX conversations_closed_of;
DROP INDEX conversations_closed;
DROP INDEX conversations_live_of;
DROP INDEX conversations_live;
CREATE INDEX conversations_assignee ON conversations (company_id, assignee_id, updated_at, id);
CREATE INDEX conversations_list ON conversations (company_id, updated_at, id);
