-- A refresh token with its session and account.
SELECT t.used_at, s.id, s.version, s.opened_at, s.expires_at, s.ended_at,
    a.id, a.name, a.role, a.hash, a.stores, a.regions, NOT a.active, a.version
FROM refresh_token t
JOIN staff_session s ON s.id = t.session_id
JOIN staff a ON a.id = s.staff_id
WHERE t.hash = $1
FOR UPDATE OF s, t
