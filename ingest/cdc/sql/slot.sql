-- Where the slot stands. Columns that only newer servers have are read through JSON.
SELECT coalesce(s.plugin, ''),
       coalesce(s.database, ''),
       coalesce(s.confirmed_flush_lsn, '0/0')::text,
       coalesce(s.wal_status, ''),
       coalesce(to_jsonb(s) ->> 'invalidation_reason', ''),
       coalesce(s.active_pid, 0)::text
  FROM pg_replication_slots s
 WHERE s.slot_name = $1
