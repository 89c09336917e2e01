-- Notes that somebody looks at everything personal of a member.
INSERT INTO member_look (member_id, looked_by) VALUES ($1, $2)
