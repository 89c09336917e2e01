-- What members decided, when, about which text, and where. Rows are only ever added: of several for one
-- purpose the newest counts, the others are the proof of what was in force before.
CREATE TABLE member_consent (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id   bigint      NOT NULL,
    decided_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    idem_key    uuid        UNIQUE,
    purpose     smallint    NOT NULL,
    channel     smallint    NOT NULL,
    granted     boolean     NOT NULL,
    version     text        NOT NULL,
    recorded_by text        NOT NULL
);

CREATE INDEX member_consent_of ON member_consent (member_id, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON member_consent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
