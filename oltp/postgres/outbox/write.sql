-- The facts of one transaction, in their order.
INSERT INTO outbox (key, kind, body)
SELECT f.key, f.kind, f.body::json
  FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS f(key, kind, body, n)
 ORDER BY f.n
