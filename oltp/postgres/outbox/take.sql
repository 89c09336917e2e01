-- Takes the oldest facts that nobody else takes. They are gone once the transaction commits.
DELETE FROM outbox
 WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, key, kind, body::text, at
