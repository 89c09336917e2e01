-- Charges for orders at payment providers. state: 1 open, 2 the money has come, 3 the order is paid with it,
-- 4 the order could not take it. An order that goes to another store takes its payment along; trade_no stays.
CREATE TABLE payment (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id       bigint NOT NULL,
    store_id       integer NOT NULL,
    provider       text NOT NULL,
    trade_no       text NOT NULL,
    amount         bigint NOT NULL CHECK (amount > 0),
    state          smallint NOT NULL,
    transaction_no text NOT NULL DEFAULT '',
    opened_at      timestamptz NOT NULL DEFAULT now(),
    paid_at        timestamptz,
    UNIQUE (provider, trade_no)
);

CREATE INDEX payment_of_order ON payment (order_id);
CREATE INDEX payment_received ON payment (id) WHERE state = 2;

SELECT protect_stores('payment');
