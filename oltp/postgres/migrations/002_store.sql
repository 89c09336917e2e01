-- Stores. The version rises with each change; the events of a store carry it.
CREATE TABLE store (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code          text NOT NULL UNIQUE,
    name          text NOT NULL,
    name_en       text NOT NULL,
    region_id     integer NOT NULL REFERENCES region,
    city          text NOT NULL,
    latitude      double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude     double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    time_zone     text NOT NULL,
    opens_minute  integer NOT NULL,
    closes_minute integer NOT NULL,
    active        boolean NOT NULL,
    simulated     boolean NOT NULL,
    version       bigint NOT NULL
);
