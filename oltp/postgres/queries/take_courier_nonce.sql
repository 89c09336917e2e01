-- Notes that a callback was taken; it was before when no row comes back.
INSERT INTO courier_nonce (provider, nonce)
SELECT provider, $2 FROM courier_job WHERE id = $1
ON CONFLICT DO NOTHING
RETURNING nonce
