-- Wishes of merchandisers about what is recommended. store_id is null for a rule of the whole chain, which
-- shows to whoever sees the chain. kind, scenes and tags are those of retail. Deleted rules stay, so that a
-- request which is repeated under its key finds what became of it.
CREATE TABLE merchandising_rule (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idem_key    uuid UNIQUE,
    body_hash   bigint NOT NULL,
    version     bigint NOT NULL,
    sku_id      bigint REFERENCES product (id),
    store_id    integer REFERENCES store (id),
    category_id integer REFERENCES category (id),
    kind        smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
    scenes      smallint NOT NULL,
    tags        smallint NOT NULL,
    factor      double precision NOT NULL,
    place       integer NOT NULL,
    quota       integer NOT NULL,
    brand       text NOT NULL,
    note        text NOT NULL,
    held        tstzrange NOT NULL,
    deleted     boolean NOT NULL DEFAULT false,
    changed_by  text NOT NULL,
    changed_at  timestamptz NOT NULL,
    CHECK (kind <> 2 OR sku_id IS NOT NULL)
);

CREATE INDEX merchandising_rule_in_force ON merchandising_rule (store_id, id) WHERE NOT deleted;

SELECT protect_stores('merchandising_rule');

SELECT audit_table('merchandising_rule', 'id', 'store_id',
    'idem_key,body_hash,version,changed_by,changed_at');
