-- Stock that somebody moved by hand, for the audit trail.
SELECT audit_moves($1::text)
