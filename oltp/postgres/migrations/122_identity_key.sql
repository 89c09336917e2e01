-- Under which key members are looked up: a keyed hash of nothing secret, written by the first service that
-- starts. One that starts under another key would find nobody, and says so instead.
CREATE TABLE identity_key (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    fingerprint bytea NOT NULL
);

REVOKE ALL ON identity_key FROM tillstream_intake;
REVOKE UPDATE, DELETE ON identity_key FROM tillstream_desk;
