-- How much log the database keeps for the slot, and how much it may keep.
SELECT coalesce(pg_wal_lsn_diff(log.now, s.restart_lsn), 0)::bigint::text,
       pg_size_bytes(current_setting('max_slot_wal_keep_size'))::text,
       coalesce(s.safe_wal_size, -1)::text,
       coalesce(s.wal_status, '')
  FROM pg_replication_slots s,
       (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                    ELSE pg_current_wal_lsn() END AS now) log
 WHERE s.slot_name = $1
