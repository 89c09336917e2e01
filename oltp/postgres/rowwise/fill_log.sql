-- Ends the current segment of the log; an empty message makes sure that there is one to end.
SELECT pg_logical_emit_message(false, 'tillstream-bench', ''), pg_switch_wal()
