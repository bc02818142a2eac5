-- SQLite compares keys byte by byte as it is; PostgreSQL learns it here.
SELECT 1;
