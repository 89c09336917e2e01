-- Removes what a member wrote; the ratings stay, under the pseudonym.
UPDATE review SET words = '' WHERE member_id = $1 AND words <> ''
