-- Orders as they stand, locked in the order of their ids.
SELECT id, store_id, member_id, campaign_id, channel, fulfilment, state, simulated, placed_at, gross,
    discount, payment_method, external_ref
FROM orders
WHERE id = ANY ($1::int8[])
ORDER BY id
FOR UPDATE
