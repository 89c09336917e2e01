-- What stores do with SKUs apart from selling them at the SKU's own price, and when. Amounts are fen.
CREATE TABLE listing (
    store_id integer NOT NULL REFERENCES store,
    sku_id   bigint NOT NULL REFERENCES product,
    listed   boolean NOT NULL,
    price    bigint CHECK (price >= 0),
    held     tstzrange NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (store_id, sku_id),
    CHECK (listed OR price IS NULL)
);
SELECT protect_stores('listing');
