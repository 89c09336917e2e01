-- The trigger of audited tables. Its arguments are the columns that name a row, the column with its store
-- or '', and the columns that are left out, as lists with commas.
CREATE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    names   text[] := string_to_array(TG_ARGV[0], ',');
    store   text := TG_ARGV[1];
    hidden  text[] := string_to_array(TG_ARGV[2], ',');
    who     text := coalesce(nullif(current_setting('tillstream.actor', true), ''),
        current_setting('application_name'));
    request text := coalesce(current_setting('tillstream.request', true), '');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit (store_id, actor, request, action, thing, key, after)
        SELECT (r.a ->> store)::integer, who, request, 'insert', TG_TABLE_NAME, audit_key(r.a, names),
            r.a - hidden
        FROM (SELECT to_jsonb(n) FROM new_rows n) r (a);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit (store_id, actor, request, action, thing, key, before)
        SELECT (r.b ->> store)::integer, who, request, 'delete', TG_TABLE_NAME, audit_key(r.b, names),
            r.b - hidden
        FROM (SELECT to_jsonb(o) FROM old_rows o) r (b);
    ELSE
        INSERT INTO audit (store_id, actor, request, action, thing, key, before, after)
        SELECT (n.a ->> store)::integer, who, request, 'update', TG_TABLE_NAME, n.key, d.before, d.after
        FROM (SELECT to_jsonb(t), audit_key(to_jsonb(t), names) FROM old_rows t) o (b, key)
        JOIN (SELECT to_jsonb(t), audit_key(to_jsonb(t), names) FROM new_rows t) n (a, key) USING (key)
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(e.key, o.b -> e.key), jsonb_object_agg(e.key, e.value)
            FROM jsonb_each(n.a - hidden) e
            WHERE e.value IS DISTINCT FROM o.b -> e.key
        ) d (before, after)
        WHERE d.after IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_key(r jsonb, names text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT string_agg(r ->> name, '/' ORDER BY place)
    FROM unnest(names) WITH ORDINALITY AS n (name, place));

-- audit_table puts a table under audit. So a later migration does it in one line:
--
--   SELECT audit_table('delivery_fee', 'store_id,zone', 'store_id', 'version');
CREATE FUNCTION audit_table(of regclass, names text, store text DEFAULT '', hidden text DEFAULT '',
    events text DEFAULT 'insert,update,delete') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    event text;
BEGIN
    FOREACH event IN ARRAY string_to_array(events, ',') LOOP
        EXECUTE format('CREATE TRIGGER audit_%s AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT '
            'EXECUTE FUNCTION audit_change(%L, %L, %L)', event, event, of, CASE event
                WHEN 'insert' THEN 'NEW TABLE AS new_rows'
                WHEN 'delete' THEN 'OLD TABLE AS old_rows'
                ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END, names, store, hidden);
    END LOOP;
END
$$;
