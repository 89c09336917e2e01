-- Who changed what: written in the transaction of the change by triggers, so that no way of changing goes
-- past it. before and after hold the columns that differ, and nothing personal. A row about a store shows
-- to whoever sees the store, every other row to whoever sees the chain.
CREATE TABLE audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    store_id integer,
    actor    text NOT NULL,
    request  text NOT NULL,
    action   text NOT NULL,
    thing    text NOT NULL,
    key      text NOT NULL,
    before   jsonb,
    after    jsonb
);

CREATE INDEX audit_of_thing ON audit (thing, key, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT protect_stores('audit');

CREATE POLICY written ON audit FOR INSERT WITH CHECK (true);

-- Only the triggers write, as the owner of the table.
REVOKE INSERT, UPDATE, DELETE ON audit FROM tillstream_intake, tillstream_desk;
