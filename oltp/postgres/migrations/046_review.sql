-- Reviews of what members bought, one for each line of an order. The style is that of the SKU when it
-- was reviewed. An approved review shows to everybody, any other to whoever sees its store.
CREATE TABLE review (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku_id    bigint NOT NULL REFERENCES product,
    style_id  bigint REFERENCES style,
    store_id  integer NOT NULL REFERENCES store,
    member_id bigint NOT NULL REFERENCES member,
    order_id  bigint NOT NULL,
    line_no   integer NOT NULL,
    stars     smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words     text NOT NULL,
    state     smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
    posted_at timestamptz NOT NULL,
    version   bigint NOT NULL,
    idem_key  uuid NOT NULL UNIQUE,
    body_hash bigint NOT NULL,
    UNIQUE (order_id, line_no)
);
CREATE INDEX review_sku ON review (sku_id, id);
CREATE INDEX review_style ON review (style_id, id) WHERE style_id IS NOT NULL;
CREATE INDEX review_member ON review (member_id);
SELECT protect_rows('review', '(state = 2 OR store_id = ANY ((SELECT visible_stores())::integer[]))');
