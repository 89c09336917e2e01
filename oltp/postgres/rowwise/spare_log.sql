-- The segments of the log that lie ready after the current one.
SELECT count(*)::int
FROM pg_ls_waldir()
WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_lsn())
