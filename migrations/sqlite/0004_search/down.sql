DROP TABLE message_words;
DROP TABLE search_cursors;
