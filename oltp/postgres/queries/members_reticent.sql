-- Members who did not agree to be recognised. Whoever was erased is among them.
SELECT id FROM member WHERE NOT personalized
