-- What is personal shows to whoever sees the store that won the member. member itself does not need it:
-- it holds a code, hashes and flags, and every order reads it.
SELECT protect_rows('member_profile', 'EXISTS (SELECT FROM member m WHERE m.id = member_profile.member_id
    AND m.origin_store_id = ANY ((SELECT visible_stores())::integer[]))');

SELECT protect_rows('member_consent', 'EXISTS (SELECT FROM member m WHERE m.id = member_consent.member_id
    AND m.origin_store_id = ANY ((SELECT visible_stores())::integer[]))');
