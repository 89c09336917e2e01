-- What becomes of an errand. What is no news changes nothing.
UPDATE courier_job
SET state = $2, task = $3, fee = $4, pickup_at = coalesce($5, pickup_at), reason = $6, changed_at = $7,
    booked_at = CASE WHEN $2 = 2 THEN $7 ELSE booked_at END,
    assigned_at = CASE WHEN $2 = 3 THEN $7 ELSE assigned_at END,
    picked_up_at = CASE WHEN $2 = 4 THEN $7 ELSE picked_up_at END,
    delivered_at = CASE WHEN $2 = 5 THEN $7 ELSE delivered_at END,
    tries = 0, heard_at = now(), next_at = now()
WHERE id = $1 AND state < 5 AND state < $2
RETURNING id
