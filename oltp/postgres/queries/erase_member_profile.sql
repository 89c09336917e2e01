-- Removes what was sealed of a member.
DELETE FROM member_profile WHERE member_id = $1
