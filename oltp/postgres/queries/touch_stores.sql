-- The stores of regions that changed: their events carry the region's names, so they change with it.
UPDATE store SET version = version + 1 WHERE region_id = ANY ($1::int8[]) RETURNING id::int8
