-- Numbers of orders and refunds, handed out in blocks of 10,000: nextval returns the first of a block.
-- A service that ends leaves the rest of its block unused.
CREATE SEQUENCE order_number AS bigint INCREMENT BY 10000 START WITH 10000;
