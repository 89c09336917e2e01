-- What a SKU is within its style, how it is sold, and the times of its tags. An empty season is the
-- style's.
ALTER TABLE product
    ADD style_id     bigint REFERENCES style,
    ADD colour       text NOT NULL DEFAULT '',
    ADD size         text NOT NULL DEFAULT '',
    ADD size_system  text NOT NULL DEFAULT '',
    ADD size_order   integer NOT NULL DEFAULT 0,
    ADD season       text NOT NULL DEFAULT '',
    ADD online_only  boolean NOT NULL DEFAULT false,
    ADD off_season   boolean NOT NULL DEFAULT false,
    ADD pack         integer NOT NULL DEFAULT 1 CHECK (pack >= 1),
    ADD barcode      text NOT NULL DEFAULT '',
    ADD hot          tstzrange,
    ADD fresh        tstzrange,
    ADD limited      tstzrange,
    ADD image        text NOT NULL DEFAULT '',
    ADD rating_count bigint NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
    ADD rating_stars bigint NOT NULL DEFAULT 0 CHECK (rating_stars BETWEEN rating_count AND 5 * rating_count);
CREATE INDEX product_style ON product (style_id) WHERE style_id IS NOT NULL;
CREATE UNIQUE INDEX product_barcode ON product (barcode) WHERE barcode <> '';
