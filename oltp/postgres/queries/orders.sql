-- Orders as they stand, locked in the order of their ids. A locked row keeps its place (ctid), so that
-- update_orders.sql finds it there.
SELECT ctid, id, store_id, member_id, campaign_id, channel, fulfilment, state, simulated, placed_at, gross,
    discount, payment_method, external_ref
FROM orders
WHERE id = ANY ($1::int8[])
ORDER BY id
FOR UPDATE
