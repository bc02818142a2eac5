DROP TABLE signals;
DROP TABLE nodes;
