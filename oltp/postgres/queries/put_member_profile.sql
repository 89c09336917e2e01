-- What is known of a member as a person. A field that is null stays as it is.
INSERT INTO member_profile AS t (member_id, registered_at, registered_by, union_hash, union_id, name, phone,
    birthday, gender, body)
VALUES ($1, $2, $3, coalesce($4::bytea, ''), coalesce($5::bytea, ''), coalesce($6::bytea, ''),
    coalesce($7::bytea, ''), coalesce($8::bytea, ''), coalesce($9::bytea, ''), coalesce($10::bytea, ''))
ON CONFLICT (member_id) DO UPDATE SET
    union_hash = coalesce($4, t.union_hash), union_id = coalesce($5, t.union_id),
    name = coalesce($6, t.name), phone = coalesce($7, t.phone), birthday = coalesce($8, t.birthday),
    gender = coalesce($9, t.gender), body = coalesce($10, t.body)
