-- Categories of goods.
CREATE TABLE category (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code    text NOT NULL UNIQUE,
    name    text NOT NULL,
    name_en text NOT NULL
);
