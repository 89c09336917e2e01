-- What people correct by hand of a store's stock goes into the audit trail, too: stocktakes by the trigger,
-- single moves through the function below, since a move's row does not say who asked for it and the
-- ledger's own trigger would cost every order. moves is one JSON object a line.
SELECT audit_table('stocktake', 'id', 'store_id', 'idem_key,body_hash,version', 'insert,update');

CREATE FUNCTION audit_moves(moves text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    INSERT INTO audit (store_id, actor, request, action, thing, key, before, after)
    SELECT m.store, m.actor, m.request, 'update', 'stock', m.key, jsonb_build_object('on_hand', m.before),
        jsonb_strip_nulls(jsonb_build_object('on_hand', m.after, 'kind', m.kind, 'qty', m.qty,
            'reason', nullif(m.reason, '')))
    FROM string_to_table(moves, E'\n') AS line
    CROSS JOIN LATERAL jsonb_to_record(line::jsonb) AS m (store integer, actor text, request text,
        key text, before integer, after integer, kind text, qty integer, reason text)
$$;

REVOKE ALL ON FUNCTION audit_moves(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_moves(text) TO tillstream_intake;
