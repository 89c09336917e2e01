-- People and reports with SQL of their own read the goods as they read SKUs and categories.
GRANT SELECT ON style, media, sku TO tillstream_reader;
