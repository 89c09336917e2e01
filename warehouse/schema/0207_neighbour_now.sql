-- What goes with an item, by the models that count now.
CREATE VIEW IF NOT EXISTS neighbour_now
AS SELECT *
FROM model_neighbour
WHERE (model, version) IN (SELECT model, version FROM model_now)
