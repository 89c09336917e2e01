-- The version of each model that counts: the newest that was published.
CREATE VIEW IF NOT EXISTS model_now
AS SELECT
    model,
    max(version) AS version
FROM model_version
WHERE published
GROUP BY model
