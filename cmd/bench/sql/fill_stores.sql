-- Stores of five cities in three regions.
INSERT INTO dim_store (id, version, code, name, region_id, region_code, city, time_zone, active, simulated)
SELECT
    number + 1,
    1,
    concat('S', toString(number + 1)),
    concat('Store ', toString(number + 1)),
    1 + number % 3,
    concat('R', toString(1 + number % 3)),
    concat('City ', toString(1 + number % 5)),
    'Asia/Shanghai',
    true,
    true
FROM numbers({stores:Int64})
