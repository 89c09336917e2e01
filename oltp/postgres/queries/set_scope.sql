-- What the transaction may see: 'all', or an array of store ids.
SELECT set_config('tillstream.stores', $1, true)
