-- How many merchandising rules have not ended, and how many of them are a store's, beside one rule.
SELECT count(*), count(*) FILTER (WHERE store_id = $2)
FROM merchandising_rule
WHERE NOT deleted AND id <> $1 AND (upper_inf(held) OR upper(held) > $3)
