-- What visible_stores() and sees_chain() tell, in one question: the stores that the transaction may see, or null for
-- the whole chain. Without a setting it is the empty array, so nothing is visible. Tables whose rows belong to one
-- store ask this one, because each subquery of a policy costs every statement about two microseconds.
CREATE FUNCTION scope_stores() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE coalesce(current_setting('tillstream.stores', true), '')
    WHEN '' THEN '{}'::integer[]
    WHEN 'all' THEN NULL
    ELSE current_setting('tillstream.stores')::integer[]
END;

-- A row without a store would show to everybody whose scope is not empty, so the column must not be null.
DO $$
DECLARE
    of regclass;
BEGIN
    FOR of IN
        SELECT p.polrelid::regclass
        FROM pg_policy p
        JOIN pg_attribute a ON a.attrelid = p.polrelid AND a.attname = 'store_id' AND a.attnotnull
        WHERE p.polname = 'scope' AND pg_get_expr(p.polqual, p.polrelid) LIKE '%sees_chain()%OR (store_id = ANY (%'
            AND pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%OR%OR%'
    LOOP
        EXECUTE format(
            'ALTER POLICY scope ON %s USING (coalesce(store_id = ANY ((SELECT scope_stores())::integer[]), true))',
            of);
    END LOOP;
END
$$;
