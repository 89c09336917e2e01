-- Keeps the fingerprint of the first key.
INSERT INTO identity_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING
