-- The fingerprint of the first key.
SELECT fingerprint FROM identity_key
