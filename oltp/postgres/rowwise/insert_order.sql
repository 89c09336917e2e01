-- One paid till order, under the first number of a block.
INSERT INTO orders (id, idem_key, body_hash, member_id, placed_at, paid_at, gross, discount, store_id,
    campaign_id, sale_day, channel, fulfilment, state, simulated, payment_method, external_ref)
VALUES (nextval('order_number'), $1, 0, $2, $3, $3, $4, $5, $6, 0, ($3::timestamptz AT TIME ZONE 'Asia/Shanghai')::date,
    1, 1, 4, false, $7, '')
RETURNING id
