-- The most log that a slot keeps, in bytes. A slot moves on at a record of the running transactions only.
SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::int8
FROM pg_replication_slots, pg_log_standby_snapshot()
