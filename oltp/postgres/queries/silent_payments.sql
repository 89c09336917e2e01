-- Trades that were announced $1 ago or longer and not heard of since. The next question waits twice as long, at
-- most 6 hours.
WITH due AS (
    SELECT id FROM payment
    WHERE state = 1 AND part = 0 AND ask_at <= now() AND opened_at + $1::interval <= now()
    ORDER BY ask_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE payment p
SET asks = p.asks + 1, ask_at = now() + least(interval '6 hours', $1::interval * 2 ^ least(p.asks, 20))
FROM due
WHERE p.id = due.id
RETURNING p.provider, p.trade_no, p.asks
