-- The events of the transaction, in the log and nowhere else.
SELECT pg_logical_emit_message(true, $1::text, $2::bytea)
