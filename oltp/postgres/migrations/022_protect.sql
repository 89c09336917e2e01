-- Orders, refunds and stock show to whoever sees their store. Lines show with what they are lines of: the
-- look-up of the parent costs a reader about a microsecond, a column for it would cost every order.
SELECT protect_stores('orders'), protect_stores('refund'), protect_stores('stock'),
    protect_stores('stock_move');

SELECT protect_parent('order_line', 'order_id', 'orders'), protect_parent('refund_line', 'refund_id', 'refund');
