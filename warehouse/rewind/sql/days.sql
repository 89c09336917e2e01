-- The business days of a month that a table holds.
SELECT DISTINCT toInt32(toUInt16(day)) AS business_day
FROM {table:Identifier}
WHERE toYYYYMM(day) = {month:UInt32}
ORDER BY business_day
