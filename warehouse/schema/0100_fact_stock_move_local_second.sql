ALTER TABLE fact_stock_move
    ADD COLUMN IF NOT EXISTS local_second Int32
    DEFAULT toInt32(least(86399, greatest(0, toUnixTimestamp(at) - toInt64(day) * 86400)))
    COMMENT 'seconds since midnight at the store' AFTER day
