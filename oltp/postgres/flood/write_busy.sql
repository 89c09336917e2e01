-- About a megabyte of a neighbour's rows.
INSERT INTO busy SELECT g, repeat('x', 1000) FROM generate_series(1, 1000) g
