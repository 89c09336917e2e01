-- The time zone of a store, empty for one that is not known.
SELECT coalesce((SELECT time_zone FROM store WHERE id = $1), '')
