-- How far a repayment is. One that is done stays done.
UPDATE payment_refund SET state = $2 WHERE id = $1 AND state IN (1, 2)
