-- Lines that somebody sold other than listed: at another price, with a discount, or although the store
-- does not sell the SKU. list is the list price of one at that moment, in fen.
CREATE TABLE price_grant (
    order_id   bigint NOT NULL,
    list       bigint NOT NULL,
    store_id   integer NOT NULL,
    line_no    smallint NOT NULL,
    granted_by text NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (order_id, line_no)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON price_grant
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT protect_stores('price_grant');
