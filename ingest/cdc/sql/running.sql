-- Notes in the log which transactions run: from such a note on, decoding can start.
SELECT pg_log_standby_snapshot()::text
