-- Logins. A session is good for the version of the account that it began with, and not beyond its end.
CREATE TABLE staff_session (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff_id   integer NOT NULL REFERENCES staff,
    version    bigint NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);

CREATE INDEX staff_session_of ON staff_session (staff_id);
CREATE INDEX staff_session_ended ON staff_session (ended_at) WHERE ended_at IS NOT NULL;

REVOKE ALL ON staff_session FROM tillstream_intake;
