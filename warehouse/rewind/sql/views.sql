-- The materialized views, with the tables that they read and fill.
SELECT
    name,
    extract(create_table_query, '\\sTO\\s+(?:`?[^\\s`.(]+`?\\.)?`?([^\\s`(]+)`?') AS fills,
    extract(as_select, 'FROM\\s+(?:`?[^\\s`.(]+`?\\.)?`?([^\\s`(]+)`?') AS reads,
    as_select
FROM system.tables
WHERE database = currentDatabase() AND engine = 'MaterializedView'
ORDER BY name
