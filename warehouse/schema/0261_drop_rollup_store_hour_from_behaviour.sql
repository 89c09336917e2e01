-- Hours are made of minutes: 0264 and 0265.
DROP TABLE IF EXISTS rollup_store_hour_from_behaviour
