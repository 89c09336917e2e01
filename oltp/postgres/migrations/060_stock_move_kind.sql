-- Between which two accounts each kind of stock move transfers goods, as retail.StockMoveKind.Accounts says.
-- An adjustment of a negative quantity goes the other way.
CREATE TABLE stock_move_kind (
    kind  smallint PRIMARY KEY,
    name  text NOT NULL UNIQUE,
    giver text NOT NULL,
    taker text NOT NULL
);

INSERT INTO stock_move_kind (kind, name, giver, taker) VALUES
    (1, 'receive', 'supplier', 'shelf'),
    (2, 'sell', 'shelf', 'customer'),
    (3, 'reserve', 'shelf', 'held'),
    (4, 'release', 'held', 'shelf'),
    (5, 'fulfil', 'held', 'customer'),
    (6, 'return', 'customer', 'shelf'),
    (7, 'adjust', 'discrepancy', 'shelf'),
    (8, 'write_off', 'shelf', 'lost'),
    (9, 'damage', 'shelf', 'lost'),
    (10, 'count_gain', 'counted', 'shelf'),
    (11, 'count_loss', 'shelf', 'counted'),
    (12, 'transfer_out', 'shelf', 'in_transit'),
    (13, 'transfer_in', 'in_transit', 'shelf'),
    (14, 'transit_loss', 'shelf', 'lost'),
    (15, 'transit_claim', 'shelf', 'claimed');
