-- A topic's key is found by where it stands among the keys (`-100:` … `-100;`), which holds byte by byte only: most servers sort
-- as people do.
ALTER TABLE identity_keys ALTER COLUMN key TYPE TEXT COLLATE "C";
