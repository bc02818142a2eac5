DROP INDEX orphan_receipts_age;
ALTER TABLE orphan_receipts DROP COLUMN error_code;
