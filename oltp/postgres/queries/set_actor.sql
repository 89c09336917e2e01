-- On whose behalf the transaction changes things, and by which request: triggers write it down.
SELECT set_config('tillstream.actor', $1, true), set_config('tillstream.request', $2, true)
