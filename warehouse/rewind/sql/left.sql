-- What the deletions under way still have to do.
SELECT
    toInt64(count()) AS mutations,
    toInt64(sum(parts_to_do)) AS parts,
    anyIf(latest_fail_reason, latest_fail_reason != '') AS failure
FROM system.mutations
WHERE database = currentDatabase() AND table = {name:String} AND NOT is_done
