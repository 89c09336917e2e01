CREATE TABLE IF NOT EXISTS member_favourite
(
    member_id           Int64,
    sku_id              Int64,
    store_id            Int32 COMMENT 'where it was put there, or taken away',
    at                  DateTime64(6, 'UTC') COMMENT 'when; the newest counts',
    favourite           Bool COMMENT 'false for what is none any more'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (member_id, sku_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What each member put among the favourites; read it by the newest at'
