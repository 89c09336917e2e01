-- The SKUs that have these barcodes.
SELECT barcode, code FROM product WHERE barcode = ANY ($1::text[]) AND barcode <> ''
