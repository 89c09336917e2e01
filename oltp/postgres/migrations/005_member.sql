-- Members. Of a phone number only a keyed hash and the last four digits are kept.
CREATE TABLE member (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL UNIQUE,
    identity_hash   bytea NOT NULL,
    phone_last_four text NOT NULL,
    origin_store_id integer NOT NULL,
    personalized    boolean NOT NULL,
    simulated       boolean NOT NULL,
    version         bigint NOT NULL
);
