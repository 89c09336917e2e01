-- A batch of some ten megabytes would make two files for each column; written as one they cost half.
ALTER TABLE fact_behaviour MODIFY SETTING min_bytes_for_wide_part = 134217728
