-- Where the goods of an order go that named its store, and to whom, sealed for its owner. Those of other orders
-- stand with the decision that chose their store.
CREATE TABLE order_delivery (
    order_id   bigint PRIMARY KEY,
    owner_id   bigint NOT NULL,
    store_id   integer NOT NULL,
    owner_kind smallint NOT NULL,
    delivery   bytea NOT NULL
);

SELECT protect_stores('order_delivery');
