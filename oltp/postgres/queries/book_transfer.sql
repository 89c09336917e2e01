-- A step of a transfer whose row the transaction has locked: the state, the lines, and who did it.
WITH doc AS (
    SELECT (d->>'id')::int8 AS id, (d->>'version')::int8 AS version, (d->>'state')::int2 AS state,
        (d->>'at')::timestamptz AS at, d->>'who' AS who, d->>'reason' AS reason, d->'lines' AS lines
    FROM (SELECT $1::text::jsonb) AS given (d)
), moved AS (
    UPDATE transfer t
    SET state = doc.state, version = doc.version,
        shipped_at = CASE doc.state WHEN 3 THEN doc.at ELSE t.shipped_at END,
        received_at = CASE doc.state WHEN 4 THEN doc.at ELSE t.received_at END
    FROM doc
    WHERE t.id = doc.id
), lines AS (
    UPDATE transfer_line t
    SET shipped = k.shipped, received = k.received, lost = k.lost, claimed = k.claimed, cost = k.cost,
        reason = k.reason
    FROM doc
    CROSS JOIN LATERAL jsonb_to_recordset(doc.lines) AS k (no int2, shipped int4, received int4, lost int4,
        claimed int4, cost int8, reason text)
    WHERE t.transfer_id = doc.id AND t.line_no = k.no
)
INSERT INTO transfer_step (transfer_id, version, at, state, who, reason)
SELECT id, version, at, state, who, reason FROM doc
