-- The processes that share this database, and what they tell each other when Redis does not. On SQLite there is one process,
-- and it writes nothing here. migrations/postgres holds the same in the other dialect; a test compares the two.

-- A process lives until `until` (microseconds by the database's clock) and moves that on while it does. `place` is the address
-- it listens on, on its machine: whoever listens there next knows that this one is gone.
CREATE TABLE nodes (
  id TEXT NOT NULL PRIMARY KEY,
  place TEXT NOT NULL,
  until BIGINT NOT NULL
);

-- Hints from one node to all others; a minute old they are deleted.
CREATE TABLE signals (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  node TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
