-- It is made anew with one column more.
DROP TABLE IF EXISTS order_step_from_order_step
