-- The association rules that count now.
CREATE VIEW IF NOT EXISTS rule_now
AS SELECT *
FROM model_rule
WHERE (model, version) IN (SELECT model, version FROM model_now)
