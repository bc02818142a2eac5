DROP TABLE ai_reservations;
DROP TABLE ai_budgets;
