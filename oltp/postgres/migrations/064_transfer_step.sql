-- Who brought a transfer where, and why. Rows are only ever added.
CREATE TABLE transfer_step (
    transfer_id bigint NOT NULL REFERENCES transfer (id),
    version     bigint NOT NULL,
    at          timestamptz NOT NULL,
    state       smallint NOT NULL,
    who         text NOT NULL,
    reason      text NOT NULL,
    PRIMARY KEY (transfer_id, version)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
