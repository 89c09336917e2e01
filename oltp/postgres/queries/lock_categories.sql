-- Lets one session at a time change the shape of the tree.
SELECT pg_advisory_xact_lock(hashtext('tillstream.category_tree'))
