-- Levels after a batch, each at the place and with the version that the batch was decided on; where the
-- rows went. A division by zero fails the transaction, rather than lose a change, should a place hold
-- another row, another version, or nothing. The place alone is the condition, so that it is the way in.
WITH changed AS (
    UPDATE stock s
    SET on_hand = k.on_hand,
        reserved = k.reserved,
        version = CASE
            WHEN s.version = k.seen AND s.sku_id = k.sku_id AND s.store_id = k.store_id THEN k.version
            ELSE 1 / (s.version - s.version)
        END
    FROM (
        SELECT unnest($1::tid[]) AS place, unnest($2::int4[]) AS store_id, unnest($3::int8[]) AS sku_id,
            unnest($4::int8[]) AS seen, unnest($5::int4[]) AS on_hand, unnest($6::int4[]) AS reserved,
            unnest($7::int8[]) AS version, unnest($8::int4[]) AS n
    ) k
    WHERE s.ctid = k.place
    RETURNING k.n, s.ctid
)
SELECT array_agg(n), array_agg(ctid), 1 / (count(*) = cardinality($1))::int4 FROM changed
