-- One trade may pay for all orders of a cart: each has its part, with its share of the money. What was never
-- heard of again is asked for: ask_at is when next, asks how often so far. State 5 is closed: the provider will
-- not take the money any more.
ALTER TABLE payment
    ADD COLUMN part smallint NOT NULL DEFAULT 0,
    ADD COLUMN asks integer NOT NULL DEFAULT 0,
    ADD COLUMN ask_at timestamptz NOT NULL DEFAULT now(),
    DROP CONSTRAINT payment_provider_trade_no_key,
    ADD UNIQUE (provider, trade_no, part);

CREATE INDEX payment_open ON payment (ask_at) WHERE state = 1 AND part = 0;
