-- Members who were erased. The keyed hash of the code keeps a replay from bringing them back.
CREATE TABLE member_erased (
    member_id bigint      PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now(),
    code_hash bytea       NOT NULL UNIQUE,
    erased_by text        NOT NULL
);
