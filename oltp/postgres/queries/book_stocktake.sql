-- A stocktake whose row the transaction has locked is closed: what the books said, and what the difference
-- is worth. The audit trail learns from the document who closed it, since the session serves everybody.
WITH doc AS (
    SELECT (d->>'id')::int8 AS id, (d->>'at')::timestamptz AS at, d->>'who' AS who,
        d->>'reason' AS reason, d->>'request' AS request, (d->>'value')::int8 AS value, d->'lines' AS lines
    FROM (SELECT $1::text::jsonb) AS given (d)
), lines AS (
    UPDATE stocktake_line t
    SET expected = k.expected, value = k.value
    FROM doc
    CROSS JOIN LATERAL jsonb_to_recordset(doc.lines) AS k (sku int8, expected int4, value int8)
    WHERE t.stocktake_id = doc.id AND t.sku_id = k.sku
), named AS MATERIALIZED (
    SELECT set_config('tillstream.actor', who, true), set_config('tillstream.request', request, true)
    FROM doc
)
UPDATE stocktake t
SET state = 3, version = t.version + 1, closed_at = doc.at, closed_by = doc.who, reason = doc.reason,
    value = doc.value
FROM doc, named
WHERE t.id = doc.id
