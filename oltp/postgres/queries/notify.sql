-- Tells every listening instance, when the transaction commits, which kind of rows changed.
SELECT pg_notify($1::text, $2::text)
