-- Experiments with recommendations: one is in force at a time, from the beginning of held until its end.
-- variants is a list of objects with name, weight and blend, numbered from 0 as they stand. An id has 14
-- bits in an attribution.
CREATE TABLE experiment (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id <= 16383),
    name     text NOT NULL UNIQUE,
    held     tstzrange NOT NULL CHECK (lower_inc(held) AND NOT upper_inc(held) AND NOT isempty(held)
        AND NOT lower_inf(held) AND NOT upper_inf(held)),
    holdout  double precision NOT NULL CHECK (holdout >= 0 AND holdout < 1),
    variants jsonb NOT NULL,
    version  bigint NOT NULL,
    EXCLUDE USING gist (held WITH &&)
);

REVOKE ALL ON experiment FROM tillstream_intake;
GRANT SELECT ON experiment TO tillstream_reader;

SELECT audit_table('experiment', 'name', '', 'id,version');
