UPDATE company_feeds SET last_customer = 0, last_lead = 0;
DROP INDEX conversations_in_hand;
DROP INDEX leads_number;
DROP INDEX customers_number;
