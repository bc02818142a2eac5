-- Numbers stand in the index in all their spellings: what was taken in before is taken in again, newest first.
UPDATE search_cursors SET fill_below = 9223372036854775807;
