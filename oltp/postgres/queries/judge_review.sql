-- Lets others read a review, or not.
UPDATE review SET state = $2, version = version + 1 WHERE id = $1
