-- Money given back. order_id is 0 for a return without a receipt. state is the order's state after the
-- refund. Quantities and amounts are what went back.
CREATE TABLE refund (
    id           bigint PRIMARY KEY,
    idem_key     uuid NOT NULL UNIQUE,
    body_hash    bigint NOT NULL,
    order_id     bigint NOT NULL,
    member_id    bigint NOT NULL,
    refunded_at  timestamptz NOT NULL,
    gross        bigint NOT NULL,
    discount     bigint NOT NULL,
    store_id     integer NOT NULL,
    refund_day   date NOT NULL,
    channel      smallint NOT NULL,
    state        smallint NOT NULL,
    simulated    boolean NOT NULL,
    reason       text NOT NULL,
    external_ref text NOT NULL
);
