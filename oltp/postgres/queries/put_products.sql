-- SKUs merged by code, as in put_regions.sql. Their categories and styles exist.
WITH merged AS (
    INSERT INTO product AS t (code, name, name_en, category_id, brand, price, cost, active, simulated,
        style_id, colour, size, size_system, size_order, season, online_only, off_season, pack, barcode,
        hot, fresh, limited, version)
    SELECT k.code, k.name, k.name_en, c.id, k.brand, k.price, k.cost, k.active, k.simulated,
        f.id, k.colour, k.size, k.size_system, k.size_order, k.season, k.online_only, k.off_season, k.pack,
        k.barcode, k.hot, k.fresh, k.limited, 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[],
        $8::bool[], $9::bool[], $10::text[], $11::text[], $12::text[], $13::text[], $14::int4[],
        $15::text[], $16::bool[], $17::bool[], $18::int4[], $19::text[], $20::tstzrange[],
        $21::tstzrange[], $22::tstzrange[])
        AS k (code, name, name_en, category_code, brand, price, cost, active, simulated, style_code,
            colour, size, size_system, size_order, season, online_only, off_season, pack, barcode,
            hot, fresh, limited)
    JOIN category c ON c.code = k.category_code
    LEFT JOIN style f ON f.code = k.style_code
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        category_id = excluded.category_id, brand = excluded.brand, price = excluded.price,
        cost = excluded.cost, active = excluded.active, simulated = excluded.simulated,
        style_id = excluded.style_id, colour = excluded.colour, size = excluded.size,
        size_system = excluded.size_system, size_order = excluded.size_order, season = excluded.season,
        online_only = excluded.online_only, off_season = excluded.off_season, pack = excluded.pack,
        barcode = excluded.barcode, hot = excluded.hot, fresh = excluded.fresh,
        limited = excluded.limited, version = t.version + 1
    WHERE (t.name, t.name_en, t.category_id, t.brand, t.price, t.cost, t.active, t.simulated, t.style_id,
            t.colour, t.size, t.size_system, t.size_order, t.season, t.online_only, t.off_season, t.pack,
            t.barcode, t.hot, t.fresh, t.limited)
        IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.category_id, excluded.brand,
            excluded.price, excluded.cost, excluded.active, excluded.simulated, excluded.style_id,
            excluded.colour, excluded.size, excluded.size_system, excluded.size_order, excluded.season,
            excluded.online_only, excluded.off_season, excluded.pack, excluded.barcode, excluded.hot,
            excluded.fresh, excluded.limited)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM product t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
