-- What the neighbour writes into.
CREATE TABLE IF NOT EXISTS busy (n bigint, words text)
