-- Orders that were not paid in time, after a place in the list. $3 holds the latest arrival that is too late
-- for each channel by its number, null where there is none; $4 is the latest of them.
SELECT id, store_id, fulfilment, arrived_at, arrived_at
FROM orders
WHERE state = 1 AND (arrived_at, id) > ($1::timestamptz, $2::int8)
    AND arrived_at < $4 AND arrived_at < ($3::timestamptz[])[channel]
ORDER BY arrived_at, id
LIMIT $5
