UPDATE leads SET number = 0;
UPDATE customers SET number = 0;
