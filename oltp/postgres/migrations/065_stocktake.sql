-- Counts of a store's goods. state is that of oltp/stocktake; value is what the differences are worth, fen.
CREATE TABLE stocktake (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idem_key  uuid UNIQUE,
    body_hash bigint NOT NULL,
    version   bigint NOT NULL,
    value     bigint NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    store_id  integer NOT NULL REFERENCES store (id),
    state     smallint NOT NULL,
    simulated boolean NOT NULL,
    note      text NOT NULL,
    opened_by text NOT NULL,
    closed_by text NOT NULL DEFAULT '',
    reason    text NOT NULL DEFAULT ''
);

CREATE INDEX stocktake_of_store ON stocktake (store_id, id);
