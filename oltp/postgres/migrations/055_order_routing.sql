-- Why a store serves an order. The orders of one cart share group_id, the number of the first; from_order_id is
-- the order that this one replaces, 0 for none. delivery is where the goods go and to whom, sealed for its
-- owner; it is empty once that is not known.
CREATE TABLE order_routing (
    order_id      bigint PRIMARY KEY,
    group_id      bigint NOT NULL,
    from_order_id bigint NOT NULL,
    owner_id      bigint NOT NULL,
    decided_at    timestamptz NOT NULL DEFAULT now(),
    store_id      integer NOT NULL,
    distance_m    integer NOT NULL,
    owner_kind    smallint NOT NULL,
    decision      jsonb NOT NULL,
    delivery      bytea NOT NULL
);

CREATE INDEX order_routing_group ON order_routing (group_id);
CREATE INDEX order_routing_lately ON order_routing (decided_at, store_id);

SELECT protect_stores('order_routing');
