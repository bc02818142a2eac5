CREATE UNIQUE INDEX customers_number ON customers (company_id, number) WHERE number > 0;
CREATE UNIQUE INDEX leads_number ON leads (company_id, number) WHERE number > 0;
-- How many conversations somebody has in hand. A message changes nothing in it.
CREATE INDEX conversations_in_hand ON conversations (company_id, assignee_id) WHERE assignee_id IS NOT NULL AND status IN ('open','pending');

-- Every message waits for these rows: they come last.
UPDATE company_feeds SET
  last_customer = COALESCE((SELECT MAX(number) FROM customers WHERE customers.company_id = company_feeds.company_id), 0),
  last_lead = COALESCE((SELECT MAX(number) FROM leads WHERE leads.company_id = company_feeds.company_id), 0);
