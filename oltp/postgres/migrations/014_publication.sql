-- The relay reads messages only, but the output plugin wants a publication: one without tables.
CREATE PUBLICATION tillstream;
