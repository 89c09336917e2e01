-- The refunds of an order, for its timeline.
CREATE INDEX refund_of_order ON refund (order_id) WHERE order_id <> 0;
