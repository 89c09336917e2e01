-- Rows that were written before have no hour of their own: they take that of the default time zone.
ALTER TABLE fact_order_step_local ON CLUSTER 'chain'
    ADD COLUMN IF NOT EXISTS local_hour UInt8 DEFAULT toHour(at, 'Asia/Shanghai')
        COMMENT 'hour of the day at the store, 0 to 23' AFTER day,
    ADD COLUMN IF NOT EXISTS campaign_id Int32
        COMMENT '0 for none, and for steps that bring no lines' AFTER fulfilment;

-- Rows that were written before have no hour of their own: they take that of the default time zone.
ALTER TABLE fact_order_step ON CLUSTER 'chain'
    ADD COLUMN IF NOT EXISTS local_hour UInt8 DEFAULT toHour(at, 'Asia/Shanghai')
        COMMENT 'hour of the day at the store, 0 to 23' AFTER day,
    ADD COLUMN IF NOT EXISTS campaign_id Int32
        COMMENT '0 for none, and for steps that bring no lines' AFTER fulfilment
