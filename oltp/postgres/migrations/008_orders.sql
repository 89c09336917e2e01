-- Orders. Amounts are fen; net is gross - discount. sale_day is the store's business day of the payment.
-- There are no foreign keys on the hot path: one writer fills these tables, and it has looked every
-- id up; a check per row costs more than the insert.
CREATE TABLE orders (
    id             bigint PRIMARY KEY,
    idem_key       uuid NOT NULL UNIQUE,
    body_hash      bigint NOT NULL,
    member_id      bigint NOT NULL,
    placed_at      timestamptz NOT NULL,
    paid_at        timestamptz,
    gross          bigint NOT NULL,
    discount       bigint NOT NULL,
    store_id       integer NOT NULL,
    campaign_id    integer NOT NULL,
    sale_day       date,
    channel        smallint NOT NULL,
    fulfilment     smallint NOT NULL,
    state          smallint NOT NULL,
    simulated      boolean NOT NULL,
    payment_method text NOT NULL,
    external_ref   text NOT NULL,
    CHECK ((paid_at IS NULL) = (sale_day IS NULL))
);
