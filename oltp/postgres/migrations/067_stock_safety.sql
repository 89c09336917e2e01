-- Safety stock of SKUs at stores: at or below it a store is told that goods run low. No row means none.
CREATE TABLE stock_safety (
    sku_id   bigint NOT NULL REFERENCES product (id),
    store_id integer NOT NULL REFERENCES store (id),
    safety   integer NOT NULL CHECK (safety > 0),
    PRIMARY KEY (store_id, sku_id)
);
