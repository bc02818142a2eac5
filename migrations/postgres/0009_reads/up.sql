-- What is asked all the time reads what is still going on, and never the years behind it.
-- migrations/sqlite holds the same in the other dialect; a test compares the two.

-- Conversations that go on and those that have ended, each in indexes of its own: a row is in one of them, so a message costs
-- the same as before, and the lists and counts of every screen pass the closed ones by.
DROP INDEX conversations_list;
DROP INDEX conversations_assignee;
CREATE INDEX conversations_live ON conversations (company_id, updated_at, id) WHERE status IN ('open','pending','snoozed');
CREATE INDEX conversations_live_of ON conversations (company_id, assignee_id, updated_at, id) WHERE status IN ('open','pending','snoozed');
CREATE INDEX conversations_closed ON conversations (company_id, updated_at, id) WHERE status = 'closed';
CREATE INDEX conversations_closed_of ON conversations (company_id, assignee_id, updated_at, id) WHERE status = 'closed';

-- Turns that are owed, in the order in which they are gone round.
DROP INDEX conversations_turns;
CREATE INDEX conversations_turns ON conversations (id) WHERE turn_since IS NOT NULL;

-- Messages whose status "read up to here" may still raise: what a visitor of a web chat has not read yet. What a provider has
-- taken has the provider's own id, and receipts by that.
CREATE INDEX messages_unread ON messages (conversation_id, status, id) WHERE direction = 'out' AND provider_id IS NULL AND status IN ('sent','delivered');

-- Whose number is this?
CREATE INDEX customers_phone ON customers (company_id, phone) WHERE phone IS NOT NULL;
