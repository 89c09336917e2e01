-- Transfers, locked in the order of their ids, so that a step is booked by one transaction alone.
SELECT id, version FROM transfer WHERE id = ANY ($1::int8[]) ORDER BY id FOR UPDATE
