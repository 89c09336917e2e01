-- The stock ledger: every change of stock, with the levels after it. Rows are only ever added.
-- Only moves that came from outside an order carry a key of their own.
CREATE TABLE stock_move (
    sku_id         bigint NOT NULL,
    version        bigint NOT NULL,
    ref_id         bigint NOT NULL,
    moved_at       timestamptz NOT NULL,
    store_id       integer NOT NULL,
    on_hand_delta  integer NOT NULL,
    reserved_delta integer NOT NULL,
    on_hand        integer NOT NULL,
    reserved       integer NOT NULL,
    kind           smallint NOT NULL,
    simulated      boolean NOT NULL,
    idem_key       uuid,
    reason         text
);

CREATE UNIQUE INDEX stock_move_key ON stock_move (idem_key) WHERE idem_key IS NOT NULL;
