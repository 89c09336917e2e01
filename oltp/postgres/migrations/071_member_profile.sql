-- What the chain knows of registered members as persons: keyed hashes to look them up, everything else
-- sealed under the member's own key. Empty means unknown. It stands beside member, which is read for
-- every order and holds nothing of this.
CREATE TABLE member_profile (
    member_id     bigint      PRIMARY KEY,
    registered_at timestamptz NOT NULL,
    registered_by text        NOT NULL,
    union_hash    bytea       NOT NULL,
    union_id      bytea       NOT NULL,
    name          bytea       NOT NULL,
    phone         bytea       NOT NULL,
    birthday      bytea       NOT NULL,
    gender        bytea       NOT NULL,
    body          bytea       NOT NULL
);

CREATE UNIQUE INDEX member_profile_union ON member_profile (union_hash) WHERE union_hash <> ''::bytea;

-- Members by phone number.
CREATE INDEX member_identity ON member (identity_hash) WHERE identity_hash <> ''::bytea;
