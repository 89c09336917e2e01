-- What the transaction may see, from the setting tillstream.stores: 'all' for the whole chain, or an
-- array of store ids such as '{3,7}'. Without the setting, and after the transaction that set it, nothing
-- is visible. Policies ask through a subquery, so that the text is read once a statement, not once a row.
CREATE FUNCTION visible_stores() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE coalesce(current_setting('tillstream.stores', true), '')
    WHEN '' THEN '{}'::integer[]
    WHEN 'all' THEN '{}'::integer[]
    ELSE current_setting('tillstream.stores')::integer[]
END;

CREATE FUNCTION sees_chain() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('tillstream.stores', true) = 'all', false);

-- protect_rows puts a table under row-level security: the intake sees every row, everybody else, the
-- owner included, those for which the condition holds, and all of them with the whole chain in scope.
CREATE FUNCTION protect_rows(of regclass, condition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', of);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', of);
    EXECUTE format('CREATE POLICY intake ON %s TO tillstream_intake USING (true)', of);
    EXECUTE format('CREATE POLICY scope ON %s USING ((SELECT sees_chain()) OR %s)', of, condition);
    EXECUTE format('GRANT SELECT ON %s TO tillstream_reader', of);
END
$$;

-- protect_stores is protect_rows for a table whose rows belong to stores: a row shows to whoever sees one
-- of them. So a later migration protects its table in one line:
--
--   SELECT protect_stores('delivery');
--   SELECT protect_stores('transfer', 'from_store_id', 'to_store_id');
CREATE FUNCTION protect_stores(of regclass, VARIADIC columns text[] DEFAULT '{store_id}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM protect_rows(of, (
        SELECT string_agg(format('%I = ANY ((SELECT visible_stores())::integer[])', c), ' OR ')
        FROM unnest(columns) c));
END
$$;

-- protect_parent is protect_rows for a table whose rows show with their parent's. A scalar subquery looks
-- each parent up by its key; EXISTS would leave the planner the choice to read and hash all parents.
--
--   SELECT protect_parent('order_line', 'order_id', 'orders');
CREATE FUNCTION protect_parent(of regclass, column_name text, parent regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM protect_rows(of, format('(SELECT true FROM %s parent WHERE parent.id = %s.%I)', parent, of,
        column_name));
END
$$;
