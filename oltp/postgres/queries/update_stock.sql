-- Levels after a batch, at the places where the transaction has locked them. The division fails the
-- transaction, rather than lose a change, should a row not be at its place.
WITH changed AS (
    UPDATE stock s
    SET on_hand = k.on_hand, reserved = k.reserved, version = k.version
    FROM unnest($1::tid[], $2::int4[], $3::int4[], $4::int8[]) AS k (place, on_hand, reserved, version)
    WHERE s.ctid = k.place
    RETURNING 1
)
SELECT 1 / (count(*) = cardinality($1))::int4 FROM changed
