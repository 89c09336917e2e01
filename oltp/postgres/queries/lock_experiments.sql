-- Lets one session at a time change experiments, because each row is judged by all others.
LOCK TABLE experiment IN SHARE ROW EXCLUSIVE MODE
