-- What messages say, by word; it follows the feed.
-- migrations/sqlite holds the same in the other dialect; a test compares the two, all but the index itself.

-- How far the index of a company is: events up to `seq` are in it; of the messages that were there before, those from
-- `fill_below` on (null: all of them).
CREATE TABLE search_cursors (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies(id),
  seq BIGINT NOT NULL,
  fill_below BIGINT
);

-- A row is a message. Words are made and folded by the hub, each with its company in front; only which message holds which
-- word is kept, neither the text nor the order.
CREATE TABLE message_words (
  company_id BIGINT NOT NULL REFERENCES companies(id),
  message_id BIGINT NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (company_id, message_id)
);
CREATE INDEX message_words_words ON message_words USING gin (words);
