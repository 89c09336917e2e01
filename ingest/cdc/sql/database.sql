-- What the relay must know of the database before it reads from it.
SELECT d.oid::text,
       current_setting('wal_level'),
       EXISTS (SELECT FROM pg_publication WHERE pubname = $1)::text,
       (current_setting('server_version_num')::int >= 170000 AND NOT pg_is_in_recovery())::text
  FROM pg_database d
 WHERE d.datname = current_database()
