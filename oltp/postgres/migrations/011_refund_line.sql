-- Lines of refunds. order_line_no is the order's line, 0 without an order.
CREATE TABLE refund_line (
    refund_id     bigint NOT NULL,
    order_id      bigint NOT NULL,
    sku_id        bigint NOT NULL,
    gross         bigint NOT NULL,
    discount      bigint NOT NULL,
    cost          bigint NOT NULL,
    category_id   integer NOT NULL,
    qty           integer NOT NULL,
    line_no       smallint NOT NULL,
    order_line_no smallint NOT NULL,
    kind          smallint NOT NULL,
    PRIMARY KEY (refund_id, line_no)
);

CREATE INDEX refund_line_of_order ON refund_line (order_id) WHERE order_id <> 0;
