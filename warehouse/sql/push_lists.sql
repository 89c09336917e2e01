-- The lists of the newest batch, of the stores in scope.
SELECT
    if(s.code = '', concat('#', toString(p.store)), s.code) AS store,
    toInt64(p.member_id) AS member,
    toInt64(p.place) AS place,
    if(g.code = '', concat('#', toString(p.sku_id)), g.code) AS sku,
    g.name AS sku_name,
    g.name_en AS sku_name_en,
    p.price AS price,
    p.list_price AS list_price,
    p.taste AS taste,
    p.metres AS metres,
    if(p.near_bought, 'bought', 'origin') AS near_by,
    if(n.code = '', concat('#', toString(p.near_store)), n.code) AS near_store
FROM push_list_now AS p
LEFT ANY JOIN (SELECT id, code, name, name_en FROM dim_sku FINAL) AS g ON g.id = p.sku_id
LEFT ANY JOIN (
    SELECT id, code FROM dim_store FINAL WHERE {everywhere:Bool} OR id IN {scope:Array(Int32)}
) AS s ON s.id = p.store
LEFT ANY JOIN (
    SELECT id, code FROM dim_store FINAL WHERE {everywhere:Bool} OR id IN {scope:Array(Int32)}
) AS n ON n.id = p.near_store
WHERE {everywhere:Bool} OR p.store IN {scope:Array(Int32)}
ORDER BY p.store, p.member_id, p.place
