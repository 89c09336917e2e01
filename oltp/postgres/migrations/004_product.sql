-- SKUs. Amounts are fen.
CREATE TABLE product (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    name        text NOT NULL,
    name_en     text NOT NULL,
    category_id integer NOT NULL REFERENCES category,
    brand       text NOT NULL,
    price       bigint NOT NULL CHECK (price >= 0),
    cost        bigint NOT NULL CHECK (cost >= 0),
    active      boolean NOT NULL,
    simulated   boolean NOT NULL,
    version     bigint NOT NULL
);
