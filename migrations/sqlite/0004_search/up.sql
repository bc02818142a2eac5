-- What messages say, by word; it follows the feed.
-- migrations/postgres holds the same in the other dialect; a test compares the two, all but the index itself.

-- How far the index of a company is: events up to `seq` are in it; of the messages that were there before, those from
-- `fill_below` on (null: all of them).
CREATE TABLE search_cursors (
  company_id BIGINT NOT NULL PRIMARY KEY REFERENCES companies(id),
  seq BIGINT NOT NULL,
  fill_below BIGINT
);

-- A row is a message, by its id. Words are made and folded by the hub, each with its company in front; only which message
-- holds which word is kept, neither the text nor the order.
CREATE VIRTUAL TABLE message_words USING fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii');
