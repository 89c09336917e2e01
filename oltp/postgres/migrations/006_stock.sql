-- What each store has. The checks are the last line against overselling; the intake never gets so far.
-- Free room on each page lets an update stay on its page and leave the index alone.
CREATE TABLE stock (
    sku_id   bigint  NOT NULL,
    version  bigint  NOT NULL,
    store_id integer NOT NULL,
    on_hand  integer NOT NULL CHECK (on_hand >= 0),
    reserved integer NOT NULL CHECK (reserved >= 0),
    PRIMARY KEY (store_id, sku_id),
    CHECK (reserved <= on_hand)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.5);
