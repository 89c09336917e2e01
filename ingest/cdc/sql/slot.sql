-- Where the slot stands, and how far the log is written, read at the same moment. Columns that only
-- newer servers have are read through JSON.
SELECT coalesce(s.plugin, ''),
       coalesce(s.database, ''),
       coalesce(s.confirmed_flush_lsn, '0/0')::text,
       coalesce(s.wal_status, ''),
       coalesce(to_jsonb(s) ->> 'invalidation_reason', ''),
       coalesce(s.active_pid, 0)::text,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
            ELSE pg_current_wal_flush_lsn() END::text,
       coalesce(to_jsonb(s) ->> 'failover', '')
  FROM pg_replication_slots s
 WHERE s.slot_name = $1
