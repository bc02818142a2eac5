-- Each company counts its customers and its leads from 1, in the order in which they came; what is counted is never counted
-- again. The numbers are drawn with the feed's positions: that row is locked for every unit already.
ALTER TABLE company_feeds ADD COLUMN last_customer BIGINT NOT NULL DEFAULT 0;
ALTER TABLE company_feeds ADD COLUMN last_lead BIGINT NOT NULL DEFAULT 0;

-- 0: made by a process that does not count yet.
ALTER TABLE customers ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE customers SET number = counted.number
FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id) AS number FROM customers) AS counted
WHERE counted.id = customers.id;
UPDATE company_feeds
SET last_customer = COALESCE((SELECT MAX(number) FROM customers WHERE customers.company_id = company_feeds.company_id), 0);
CREATE UNIQUE INDEX customers_number ON customers (company_id, number) WHERE number > 0;

ALTER TABLE leads ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE leads SET number = counted.number
FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id) AS number FROM leads) AS counted
WHERE counted.id = leads.id;
UPDATE company_feeds
SET last_lead = COALESCE((SELECT MAX(number) FROM leads WHERE leads.company_id = company_feeds.company_id), 0);
CREATE UNIQUE INDEX leads_number ON leads (company_id, number) WHERE number > 0;
