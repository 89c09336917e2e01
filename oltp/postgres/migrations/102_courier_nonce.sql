-- Callbacks of courier services that were taken, so that none is taken twice. They go after a while.
CREATE TABLE courier_nonce (
    taken_at timestamptz NOT NULL DEFAULT now(),
    provider text NOT NULL,
    nonce    text NOT NULL,
    PRIMARY KEY (provider, nonce)
);

CREATE INDEX courier_nonce_old ON courier_nonce (taken_at);
