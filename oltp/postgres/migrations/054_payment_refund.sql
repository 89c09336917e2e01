-- Money that goes back through a provider. refund_id is the refund behind it, 0 where the order could not take
-- the money. state: 1 owed, 2 the provider has taken it, 3 done, 4 failed.
CREATE TABLE payment_refund (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES payment,
    refund_id  bigint NOT NULL,
    order_id   bigint NOT NULL,
    store_id   integer NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0),
    state      smallint NOT NULL,
    reason     text NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    next_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (payment_id, refund_id)
);

CREATE INDEX payment_refund_owed ON payment_refund (next_at) WHERE state IN (1, 2);

SELECT protect_stores('payment_refund');
