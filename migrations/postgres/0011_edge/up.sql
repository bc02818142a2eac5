-- How much a company keeps here is the sum over this index alone.
CREATE INDEX attachments_stored ON attachments (company_id, size) WHERE storage_key IS NOT NULL;
