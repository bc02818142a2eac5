-- What stands in the index besides words harms nobody.
SELECT 1;
