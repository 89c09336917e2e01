-- Refresh tokens by their SHA-256. Each is used once: a second use, but for a moment of grace, means that
-- two parties hold it.
CREATE TABLE refresh_token (
    hash       bytea PRIMARY KEY,
    session_id bigint NOT NULL REFERENCES staff_session ON DELETE CASCADE,
    used_at    timestamptz
);

CREATE INDEX refresh_token_of ON refresh_token (session_id);

REVOKE ALL ON refresh_token FROM tillstream_intake;
