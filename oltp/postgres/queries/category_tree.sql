-- The whole tree.
SELECT code, coalesce(parent, '') FROM category
