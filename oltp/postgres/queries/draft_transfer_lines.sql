-- The lines and the first step of a new transfer.
WITH step AS (
    INSERT INTO transfer_step (transfer_id, version, at, state, who, reason)
    VALUES ($1, 1, $4, 1, $5, $6)
)
INSERT INTO transfer_line (transfer_id, line_no, sku_id, qty)
SELECT $1, k.no, k.sku_id, k.qty
FROM unnest($2::int8[], $3::int4[]) WITH ORDINALITY AS k (sku_id, qty, no)
