CREATE TABLE IF NOT EXISTS push_list
(
    model               String COMMENT 'push',
    version             Int64 COMMENT 'of the batch, in microseconds since 1970; newer ones are larger',
    store               Int32 COMMENT 'whose specials these are',
    member_id           Int64 COMMENT 'who agreed to marketing when the batch was made',
    place               UInt16 COMMENT 'from 1, the best first',
    sku_id              Int64,
    price               Int64 COMMENT 'what the store asks today, fen',
    list_price          Int64 COMMENT 'what the catalogue asks, fen',
    taste               Float64 COMMENT '0 to 1; 0 also for members who did not agree to be recognised',
    metres              Float64 COMMENT 'from the store where the member was to this one',
    near_store          Int32 COMMENT 'where the member was',
    near_bought         Bool COMMENT 'true where the member bought there, else the store that won the member'
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY (store, member_id, place)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Specials of nearby stores for members; a batch counts once model_version has it, read push_list_now'
