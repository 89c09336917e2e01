-- The data keys of members and of anonymous customers' orders, wrapped by a master key that is not here.
-- A key that was destroyed leaves its row without the key, so that its owner never gets another.
CREATE TABLE vault_key (
    owner_id     bigint      NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    owner_kind   smallint    NOT NULL,
    master       text        NOT NULL,
    wrapped      bytea       NOT NULL,
    PRIMARY KEY (owner_kind, owner_id),
    CHECK ((destroyed_at IS NULL) = (wrapped <> ''::bytea))
);

-- What a rotation of the master key still has to do.
CREATE INDEX vault_key_master ON vault_key (master) WHERE destroyed_at IS NULL;
