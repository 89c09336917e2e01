CREATE TABLE IF NOT EXISTS model_neighbour
(
    model               String COMMENT 'neighbours, session or cold',
    version             Int64,
    sku_id              Int64,
    place               UInt16 COMMENT 'from 1, the best first',
    neighbour_id        Int64 COMMENT 'the SKU that goes with it',
    kind                String COMMENT 'bought, visited or alike',
    score               Float64 COMMENT '0 to 1',
    together            Int64 COMMENT 'baskets, or visits, with both',
    lift                Float64 COMMENT 'how many times as often as by chance; 0 where nothing was counted',
    confidence          Float64 COMMENT 'share of the baskets with the one that hold the other'
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY (sku_id, place)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What goes with an item; read neighbour_now'
