-- What the attribution says, opened by the gateway. Rows that were written before have none.
ALTER TABLE fact_behaviour
    ADD COLUMN IF NOT EXISTS experiment_id Int32
        COMMENT 'experiment that the visitor took part in, 0 for none' AFTER attribution,
    ADD COLUMN IF NOT EXISTS variant UInt8 COMMENT 'number of the variant, from 0' AFTER experiment_id,
    ADD COLUMN IF NOT EXISTS held_out Bool
        COMMENT 'shown what sells instead of recommendations' AFTER variant,
    ADD COLUMN IF NOT EXISTS by_member Bool
        COMMENT 'the member was drawn for the variant, else the session' AFTER held_out,
    ADD COLUMN IF NOT EXISTS scene UInt8
        COMMENT '1 home 2 product 3 cart 4 after payment 5 guide, 0 for no attribution' AFTER by_member,
    ADD COLUMN IF NOT EXISTS model UInt32
        COMMENT 'low half of the version of what was recommended from' AFTER scene,
    ADD COLUMN IF NOT EXISTS request UInt64 COMMENT 'tells answers apart' AFTER model
