-- The member with a code.
SELECT id FROM member WHERE code = $1
