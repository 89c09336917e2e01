-- How many orders each store was given in the last hour.
SELECT store_id, count(*)::int4 FROM order_routing WHERE decided_at > now() - interval '1 hour' GROUP BY store_id
