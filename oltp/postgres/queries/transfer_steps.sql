-- What happened to a transfer.
SELECT state, at, who, reason FROM transfer_step WHERE transfer_id = $1 ORDER BY version
