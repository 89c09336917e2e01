-- Rows that were written before know nothing of this: reading the catalogue's topic again
-- (`tillstream rewind`) writes each of them anew, under its version.
ALTER TABLE dim_sku
    ADD COLUMN IF NOT EXISTS style_id Int64
        COMMENT 'the family that differs in colour and size alone, 0 for none' AFTER brand,
    ADD COLUMN IF NOT EXISTS style_code String AFTER style_id,
    ADD COLUMN IF NOT EXISTS colour String COMMENT 'the name that the chain gives it' AFTER style_code,
    ADD COLUMN IF NOT EXISTS size String AFTER colour,
    ADD COLUMN IF NOT EXISTS size_system String
        COMMENT 'what the size is one of, such as EU' AFTER size,
    ADD COLUMN IF NOT EXISTS size_order Int32 COMMENT 'sorts the sizes of a system' AFTER size_system,
    ADD COLUMN IF NOT EXISTS season String COMMENT 'its own, else that of its style' AFTER size_order,
    ADD COLUMN IF NOT EXISTS tags Array(String) COMMENT 'hot, new, limited' AFTER season,
    ADD COLUMN IF NOT EXISTS tags_from Array(DateTime64(6, 'UTC'))
        COMMENT 'when each of the tags begins to hold; 1970 for always' AFTER tags,
    ADD COLUMN IF NOT EXISTS tags_until Array(DateTime64(6, 'UTC'))
        COMMENT 'when each ends to hold; 1970 for never' AFTER tags_from
