ALTER TABLE fact_visit
    ADD COLUMN IF NOT EXISTS source_batch UInt64
        COMMENT 'the batch that wrote the row, 0 before batches were named' AFTER source_offset
