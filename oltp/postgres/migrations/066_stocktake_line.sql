-- What was counted. expected is what the books said when the stocktake was closed, null until then.
CREATE TABLE stocktake_line (
    stocktake_id bigint NOT NULL REFERENCES stocktake (id),
    sku_id       bigint NOT NULL,
    value        bigint NOT NULL DEFAULT 0,
    counted_at   timestamptz NOT NULL,
    counted      integer NOT NULL CHECK (counted >= 0),
    expected     integer,
    counted_by   text NOT NULL,
    PRIMARY KEY (stocktake_id, sku_id)
);
