-- What is to be sent now, of the total of its trade. The next attempt waits twice as long, from 10 seconds to 6 hours.
WITH due AS (
    SELECT id FROM payment_refund
    WHERE state IN (1, 2) AND next_at <= now()
    ORDER BY next_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE payment_refund r
SET attempts = r.attempts + 1,
    next_at = now() + least(interval '6 hours', interval '10 seconds' * 2 ^ least(r.attempts, 20))
FROM due, payment p
WHERE r.id = due.id AND p.id = r.payment_id
RETURNING r.id, p.provider, p.trade_no, r.amount, (
    SELECT sum(t.amount)::int8 FROM payment t WHERE t.provider = p.provider AND t.trade_no = p.trade_no
), r.reason, r.attempts
