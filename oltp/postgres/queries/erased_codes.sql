-- Which of these hashes are those of erased members' codes.
SELECT code_hash FROM member_erased WHERE code_hash = ANY ($1::bytea[])
