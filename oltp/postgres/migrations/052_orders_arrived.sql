-- When an order reached the service. placed_at is the customer's clock, which an import may set years back;
-- what is not paid in time is measured from here. The default costs the insert no parameter.
ALTER TABLE orders ADD COLUMN arrived_at timestamptz NOT NULL DEFAULT now();

-- A till sale is neither pending nor on its way, so it is in none of these.
CREATE INDEX orders_unpaid ON orders (arrived_at, id) WHERE state = 1;
CREATE INDEX orders_on_the_way ON orders (arrived_at, id) WHERE state IN (2, 3, 8, 9);
