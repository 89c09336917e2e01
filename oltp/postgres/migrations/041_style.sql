-- Styles: families of SKUs that differ in colour and size alone. Image and ratings follow the style's
-- pictures and the reviews of its SKUs.
CREATE TABLE style (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE,
    name         text NOT NULL,
    name_en      text NOT NULL,
    category_id  integer NOT NULL REFERENCES category,
    brand        text NOT NULL,
    season       text NOT NULL,
    active       boolean NOT NULL,
    simulated    boolean NOT NULL,
    version      bigint NOT NULL,
    image        text NOT NULL DEFAULT '',
    rating_count bigint NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
    rating_stars bigint NOT NULL DEFAULT 0 CHECK (rating_stars BETWEEN rating_count AND 5 * rating_count)
);
