-- What sells where and when, by the model that counts now.
CREATE VIEW IF NOT EXISTS popular_now
AS SELECT *
FROM model_popular
WHERE (model, version) IN (SELECT model, version FROM model_now)
