-- The most log that a slot keeps, in bytes. A slot moves on at a record of the running transactions only, and
-- the server heeds that only when the oldest of them has moved on too: hence a number for this transaction.
SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::int8
FROM pg_replication_slots, pg_log_standby_snapshot(), pg_current_xact_id()
