DROP INDEX leads_number;
ALTER TABLE leads DROP COLUMN number;
DROP INDEX customers_number;
ALTER TABLE customers DROP COLUMN number;
ALTER TABLE company_feeds DROP COLUMN last_lead;
ALTER TABLE company_feeds DROP COLUMN last_customer;
