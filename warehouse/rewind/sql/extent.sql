-- How many rows of a table were read from behind the cuts, and of which months their days are.
SELECT
    count() AS rows,
    toUInt32(minOrNull(toYYYYMM(day))) AS first_month,
    toUInt32(maxOrNull(toYYYYMM(day))) AS last_month
FROM {table:Identifier}
WHERE source_offset >= transform(source_partition, {partitions:Array(UInt16)}, {offsets:Array(UInt64)},
    18446744073709551615)
