-- Lines of orders, amounts for the whole line. reason explains a line that is no sale.
CREATE TABLE order_line (
    order_id        bigint NOT NULL,
    sku_id          bigint NOT NULL,
    unit_price      bigint NOT NULL,
    gross           bigint NOT NULL,
    discount        bigint NOT NULL,
    coupon_discount bigint NOT NULL,
    cost            bigint NOT NULL,
    category_id     integer NOT NULL,
    qty             integer NOT NULL,
    line_no         smallint NOT NULL,
    kind            smallint NOT NULL,
    reason          text,
    PRIMARY KEY (order_id, line_no)
);
