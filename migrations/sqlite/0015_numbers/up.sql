-- Each company counts its customers and its leads from 1, in the order in which they came; what is counted is never counted
-- again. The numbers are drawn with the feed's positions: that row is locked for every unit already.
--
-- Three steps, each a transaction of its own, because older processes go on meanwhile: this one takes each table for itself for
-- a moment, in the order in which they take them; the long one after it locks rows alone.

-- 0: made by a process that does not count yet.
ALTER TABLE customers ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE company_feeds ADD COLUMN last_customer BIGINT NOT NULL DEFAULT 0;
ALTER TABLE company_feeds ADD COLUMN last_lead BIGINT NOT NULL DEFAULT 0;
