-- Orders of a store below a number, the highest first. Times are microseconds since 1970.
SELECT id, coalesce((SELECT code FROM member m WHERE m.id = member_id), ''), channel, fulfilment, state,
    (extract(epoch FROM placed_at) * 1000000)::int8, coalesce((extract(epoch FROM paid_at) * 1000000)::int8, 0),
    external_ref, simulated, gross, discount
FROM orders
WHERE store_id = $1 AND id < $2
ORDER BY id DESC
LIMIT $3
