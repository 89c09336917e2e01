CREATE VIEW IF NOT EXISTS visit
AS SELECT
    day,
    store_id,
    channel,
    session_id,
    argMax(visitor_id, source_offset) AS visitor,
    argMax(member_id, source_offset) AS member,
    argMax(first_at, source_offset) AS began_at,
    argMax(last_at, source_offset) AS ended_at,
    argMax(v.pages, source_offset) AS pages_seen,
    argMax(v.carts, source_offset) AS cart_adds,
    argMax(v.ordered, source_offset) AS led_to_order
FROM fact_visit AS v
GROUP BY day, store_id, channel, session_id
COMMENT 'Visits as they are known now, one row a visit'
