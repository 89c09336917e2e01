-- Errands that courier services were asked to do for orders. state: 1 asked, 2 booked, 3 assigned, 4 picked up,
-- 5 delivered, 6 cancelled, 7 failed, 8 withdrawn; settled is the state that the order was brought up to date
-- with. Where the goods go is not kept here.
CREATE TABLE courier_job (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id     bigint NOT NULL,
    store_id     integer NOT NULL,
    provider     text NOT NULL,
    number       text NOT NULL,
    task         text NOT NULL DEFAULT '',
    fee          bigint NOT NULL DEFAULT 0 CHECK (fee >= 0),
    state        smallint NOT NULL DEFAULT 1,
    settled      smallint NOT NULL DEFAULT 1,
    reason       text NOT NULL DEFAULT '',
    tries        integer NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL DEFAULT now(),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    pickup_at    timestamptz,
    booked_at    timestamptz,
    assigned_at  timestamptz,
    picked_up_at timestamptz,
    delivered_at timestamptz,
    heard_at     timestamptz NOT NULL DEFAULT now(),
    next_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (provider, number)
);

-- At most one errand of an order is under way, or done.
CREATE UNIQUE INDEX courier_job_of_order_now ON courier_job (order_id) WHERE state <= 5;
CREATE INDEX courier_job_of_order ON courier_job (order_id, id);
CREATE INDEX courier_job_due ON courier_job (next_at) WHERE state <= 4;
CREATE INDEX courier_job_unsettled ON courier_job (id) WHERE state IN (4, 5) AND settled < state;

SELECT protect_stores('courier_job');
