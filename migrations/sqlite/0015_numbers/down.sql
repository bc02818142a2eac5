ALTER TABLE company_feeds DROP COLUMN last_lead;
ALTER TABLE company_feeds DROP COLUMN last_customer;
ALTER TABLE leads DROP COLUMN number;
ALTER TABLE customers DROP COLUMN number;
