-- What people edit. Versions and sums of ratings follow from other changes. Members come in from tills
-- and channels by the thousand, which is no edit; of a member nothing personal is kept here, not even the
-- code, so that an erasure leaves nothing behind.
SELECT audit_table('region', 'code', '', 'id'),
    audit_table('store', 'code', 'id', 'version'),
    audit_table('category', 'code', '', 'id,version'),
    audit_table('product', 'code', '', 'id,version,rating_count,rating_stars'),
    audit_table('style', 'code', '', 'id,version'),
    audit_table('listing', 'store_id,sku_id', 'store_id', 'version'),
    audit_table('stock_safety', 'store_id,sku_id', 'store_id'),
    audit_table('staff', 'name', '', 'name,hash,version'),
    audit_table('member', 'id', 'origin_store_id', 'code,identity_hash,phone_last_four,version',
        'update,delete');
