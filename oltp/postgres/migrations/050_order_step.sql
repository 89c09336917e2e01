-- Steps that orders took after they were placed and paid: retail.OrderState by its number, and from 32 on
-- what changes no state. Each happens once. Placing and paying are kept by the order itself.
CREATE TABLE order_step (
    order_id bigint NOT NULL,
    at       timestamptz NOT NULL,
    store_id integer NOT NULL,
    step     smallint NOT NULL,
    reason   text NOT NULL,
    PRIMARY KEY (order_id, step)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON order_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
