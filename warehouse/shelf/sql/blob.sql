-- The pieces of a part of a model, in order.
SELECT
    toInt64(chunk) AS piece,
    bytes,
    checksum,
    data
FROM model_blob
WHERE model = {model:String} AND version = {version:Int64} AND name = {name:String}
ORDER BY chunk
SETTINGS max_block_size = 16
