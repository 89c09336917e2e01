-- Deletes the rows that were read from behind the cuts.
ALTER TABLE {table:Identifier}
DELETE WHERE source_offset >= transform(source_partition, {partitions:Array(UInt16)},
    {offsets:Array(UInt64)}, 18446744073709551615)
