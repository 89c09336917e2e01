-- The lists of the newest batch.
CREATE VIEW IF NOT EXISTS push_list_now
AS SELECT *
FROM push_list
WHERE (model, version) IN (SELECT model, version FROM model_now)
