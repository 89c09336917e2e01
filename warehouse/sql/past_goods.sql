-- What goods are like, with the tags that hold at a moment.
SELECT
    toInt64(id) AS sku,
    toInt64(category_id) AS category,
    category_code,
    category_name,
    category_name_en,
    name,
    name_en,
    brand,
    toInt64(style_id) AS style,
    colour,
    size,
    size_system,
    toInt64(size_order) AS place_of_size,
    season,
    arrayStringConcat(arrayFilter(
        (tag, since, until) -> since <= fromUnixTimestamp64Micro({at_us:Int64})
            AND (until = fromUnixTimestamp64Micro(toInt64(0))
                OR until > fromUnixTimestamp64Micro({at_us:Int64})),
        tags, tags_from, tags_until
    ), ',') AS tags_now,
    toInt64(price_fen) AS price,
    toInt64(active) AS sold
FROM dim_sku FINAL
