-- Nonces of callbacks whose signatures do not hold any more.
DELETE FROM courier_nonce WHERE taken_at < $1
