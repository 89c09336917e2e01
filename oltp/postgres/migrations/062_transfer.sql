-- Goods on their way between stores. state is that of oltp/transfer; freight is fen.
CREATE TABLE transfer (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idem_key    uuid UNIQUE,
    body_hash   bigint NOT NULL,
    version     bigint NOT NULL,
    freight     bigint NOT NULL CHECK (freight >= 0),
    created_at  timestamptz NOT NULL,
    shipped_at  timestamptz,
    received_at timestamptz,
    donor_id    integer NOT NULL REFERENCES store (id),
    receiver_id integer NOT NULL REFERENCES store (id),
    state       smallint NOT NULL,
    simulated   boolean NOT NULL,
    reason      text NOT NULL,
    CHECK (donor_id <> receiver_id)
);

CREATE INDEX transfer_of_donor ON transfer (donor_id, id);
CREATE INDEX transfer_of_receiver ON transfer (receiver_id, id);
CREATE INDEX transfer_on_the_road ON transfer (receiver_id) WHERE state = 3;
