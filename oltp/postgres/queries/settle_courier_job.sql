-- The order was brought up to date with a state of the errand.
UPDATE courier_job SET settled = $2 WHERE id = $1 AND settled < $2
