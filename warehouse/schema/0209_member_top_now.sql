-- What to offer each member, by the models that count now.
CREATE VIEW IF NOT EXISTS member_top_now
AS SELECT *
FROM model_member_top
WHERE (model, version) IN (SELECT model, version FROM model_now)
