-- Who looked at everything personal of a member stands in the audit trail beside who changed it, about the
-- member's own store. The key is the member's number, which an erasure leaves.
CREATE FUNCTION audit_look() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit (store_id, actor, request, action, thing, key)
    SELECT nullif(m.origin_store_id, 0), n.looked_by,
        coalesce(current_setting('tillstream.request', true), ''), 'look', 'member', n.member_id::text
    FROM new_rows n
    LEFT JOIN member m ON m.id = n.member_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_insert AFTER INSERT ON member_look REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_look();
