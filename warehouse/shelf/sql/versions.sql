-- The trainings of a model, the newest first.
SELECT
    version, published, note, protocol, judged, recall, ndcg, hit_rate, mrr, coverage, diversity, novelty,
    calibration, popular_recall, popular_ndcg, popular_hit_rate, popular_mrr, members, items, baskets,
    sessions, toInt32(toUInt16(first_day)), toInt32(toUInt16(last_day)), toUnixTimestamp64Micro(held_from),
    fit_ms, toUnixTimestamp64Micro(made_at)
FROM model_version
WHERE model = {model:String} AND (published OR NOT {counting:Bool})
ORDER BY version DESC
LIMIT {most:UInt32}
