-- The first number of a block of order numbers.
SELECT nextval('order_number'), (SELECT seqincrement FROM pg_sequence WHERE seqrelid = 'order_number'::regclass)
