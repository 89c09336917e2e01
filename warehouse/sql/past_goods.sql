-- What goods are like.
SELECT
    toInt64(id) AS sku,
    toInt64(category_id) AS category,
    brand,
    toInt64(price_fen) AS price,
    toInt64(active) AS sold
FROM dim_sku FINAL
