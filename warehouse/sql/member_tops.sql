-- What to offer each member, by the models that count now. Members belong to the store of their newest basket.
SELECT
    toInt64(t.member_id) AS member,
    t.model AS model,
    toInt64(t.place) AS place,
    if(g.code = '', concat('#', toString(t.sku_id)), g.code) AS sku,
    g.name AS sku_name,
    g.name_en AS sku_name_en,
    t.score AS score,
    t.reason AS reason,
    toInt64(t.bought) AS bought,
    t.every_days AS every_days,
    if(s.code = '', concat('#', toString(t.home)), s.code) AS home
FROM member_top_now AS t
LEFT ANY JOIN (SELECT id, code, name, name_en FROM dim_sku FINAL) AS g ON g.id = t.sku_id
LEFT ANY JOIN (
    SELECT id, code FROM dim_store FINAL WHERE {everywhere:Bool} OR id IN {scope:Array(Int32)}
) AS s ON s.id = t.home
WHERE {everywhere:Bool} OR t.home IN {scope:Array(Int32)}
ORDER BY t.member_id, t.model, t.place
