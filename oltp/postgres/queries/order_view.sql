-- One order. Times are microseconds since 1970.
SELECT id, store_id, member_id, channel, fulfilment, state,
    (extract(epoch FROM placed_at) * 1000000)::int8, (extract(epoch FROM paid_at) * 1000000)::int8,
    payment_method, external_ref, campaign_id, simulated, arrived_at
FROM orders
WHERE id = $1
