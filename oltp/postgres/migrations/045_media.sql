-- Pictures, films and models of styles and SKUs: where they are, not what they are.
CREATE TABLE media (
    style_id   bigint REFERENCES style,
    product_id bigint REFERENCES product,
    place      integer NOT NULL,
    kind       smallint NOT NULL,
    url        text NOT NULL,
    sha256     bytea NOT NULL CHECK (length(sha256) = 32),
    width      integer NOT NULL CHECK (width >= 0),
    height     integer NOT NULL CHECK (height >= 0),
    alt        text NOT NULL,
    alt_en     text NOT NULL,
    CHECK (num_nonnulls(style_id, product_id) = 1),
    UNIQUE (style_id, place),
    UNIQUE (product_id, place)
);
