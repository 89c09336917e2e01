-- The member who is registered under the keyed hash of a unionid.
SELECT member_id FROM member_profile WHERE union_hash = $1 AND union_hash <> ''::bytea
