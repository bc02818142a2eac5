-- A receipt that comes before its message's provider id is stored keeps the provider's reason too, and goes after a week.
ALTER TABLE orphan_receipts ADD COLUMN error_code TEXT;
CREATE INDEX orphan_receipts_age ON orphan_receipts (received_at);
