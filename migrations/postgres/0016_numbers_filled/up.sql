-- Whoever was there before anybody counted, in the order in which they came. A later migration may say this again, with the next
-- one, for those whom an older process has made meanwhile.
UPDATE customers SET number = counted.number
FROM (
  SELECT customers.id, company_feeds.last_customer + ROW_NUMBER() OVER (PARTITION BY customers.company_id ORDER BY customers.id) AS number
  FROM customers JOIN company_feeds ON company_feeds.company_id = customers.company_id WHERE customers.number = 0
) AS counted
WHERE counted.id = customers.id;
UPDATE leads SET number = counted.number
FROM (
  SELECT leads.id, company_feeds.last_lead + ROW_NUMBER() OVER (PARTITION BY leads.company_id ORDER BY leads.id) AS number
  FROM leads JOIN company_feeds ON company_feeds.company_id = leads.company_id WHERE leads.number = 0
) AS counted
WHERE counted.id = leads.id;
