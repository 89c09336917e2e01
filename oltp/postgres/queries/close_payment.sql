-- The provider will not take the money of a trade any more. Money that came all the same is taken.
UPDATE payment SET state = 5 WHERE provider = $1 AND trade_no = $2 AND state = 1
