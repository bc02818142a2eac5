-- Keys that are compared byte by byte harm nobody.
SELECT 1;
