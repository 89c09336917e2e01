-- Lines of transfers. What was shipped is received, lost or claimed once the transfer has arrived. cost is
-- what the shipped goods cost the chain, in fen.
CREATE TABLE transfer_line (
    transfer_id bigint NOT NULL REFERENCES transfer (id),
    sku_id      bigint NOT NULL,
    cost        bigint NOT NULL DEFAULT 0,
    qty         integer NOT NULL CHECK (qty > 0),
    shipped     integer NOT NULL DEFAULT 0 CHECK (shipped BETWEEN 0 AND qty),
    received    integer NOT NULL DEFAULT 0 CHECK (received >= 0),
    lost        integer NOT NULL DEFAULT 0 CHECK (lost >= 0),
    claimed     integer NOT NULL DEFAULT 0 CHECK (claimed >= 0),
    line_no     smallint NOT NULL,
    reason      text NOT NULL DEFAULT '',
    PRIMARY KEY (transfer_id, line_no),
    CHECK (received + lost + claimed IN (0, shipped))
);
