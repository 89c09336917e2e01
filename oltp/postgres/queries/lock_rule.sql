-- Locks a merchandising rule until the transaction ends.
SELECT FROM merchandising_rule WHERE id = $1 FOR UPDATE
