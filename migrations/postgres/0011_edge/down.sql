DROP INDEX attachments_stored;
