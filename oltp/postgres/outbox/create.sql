-- The table of facts that wait for the relay.
CREATE TABLE IF NOT EXISTS outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key bigint NOT NULL,
    kind text NOT NULL,
    body json NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
)
