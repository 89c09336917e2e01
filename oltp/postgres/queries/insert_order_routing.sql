-- Decisions behind new orders.
INSERT INTO order_routing (order_id, group_id, from_order_id, owner_id, store_id, distance_m, owner_kind,
    decision, delivery)
SELECT unnest($1::int8[]), unnest($2::int8[]), unnest($3::int8[]), unnest($4::int8[]), unnest($5::int4[]),
    unnest($6::int4[]), unnest($7::int2[]), unnest($8::text[])::jsonb, decode(unnest($9::text[]), 'hex')
