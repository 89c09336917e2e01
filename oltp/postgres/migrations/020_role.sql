-- Who works in this database. Nobody logs in as a group role: every session of the program takes one on
-- with SET ROLE as soon as it is connected, so that row-level security holds for a superuser's login as
-- for any other. No group role may bypass it. Roles belong to the whole server, where another database
-- may be migrating at this moment, hence the exceptions.
--
--   tillstream_intake  the writers of orders and stock: sees every row, so that the hot path pays nothing
--   tillstream_desk    everything else of the program: sees and changes what the session's scope shows
--   tillstream_reader  people and reports with SQL of their own: reads what the session's scope shows
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tillstream_intake', 'tillstream_desk', 'tillstream_reader'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- the other migration was first
        END;
        -- An owner that is no superuser may take the roles on, but does not inherit what they see.
        BEGIN
            IF current_setting('server_version_num')::integer < 160000 THEN
                IF NOT pg_has_role(current_user, name, 'MEMBER') THEN
                    EXECUTE format('GRANT %I TO CURRENT_USER', name);
                END IF;
            ELSIF NOT pg_has_role(current_user, name, 'SET') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', name);
            END IF;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO tillstream_intake, tillstream_desk, tillstream_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tillstream_intake, tillstream_desk;
GRANT SELECT ON region, store, category, product TO tillstream_reader;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tillstream_intake, tillstream_desk;

-- The same for what later migrations make. The reader gets what protect_rows protects, and no member.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tillstream_intake, tillstream_desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tillstream_intake, tillstream_desk;

REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM tillstream_intake, tillstream_desk;
