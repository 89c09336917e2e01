-- The id of a member that is about to be added: its data is sealed before its row exists.
SELECT nextval(pg_get_serial_sequence('member', 'id'))
