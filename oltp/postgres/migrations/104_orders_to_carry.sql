-- Orders within one city that wait for a courier. A till sale is never among them.
CREATE INDEX orders_to_carry ON orders (id) WHERE state = 8 AND fulfilment = 3;
