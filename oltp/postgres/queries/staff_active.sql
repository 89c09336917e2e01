-- The active accounts of a role.
SELECT name FROM staff WHERE role = $1 AND active
