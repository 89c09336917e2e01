-- What customers and routing want to know about a store. given_* is the position as it was handed in, in
-- the system coordinates (1 WGS 84, 2 GCJ-02); latitude and longitude stay WGS 84. hours and special_days
-- are texts as package retail writes them; '' leaves opens_minute and closes_minute in force. services is
-- a set of ways of fulfilment, bit 1 << way. delivery_radius_m 0 means the chain's radius,
-- capacity_per_hour 0 any number of orders.
ALTER TABLE store
    ADD COLUMN address           text NOT NULL DEFAULT '',
    ADD COLUMN phone             text NOT NULL DEFAULT '',
    ADD COLUMN coordinates       smallint NOT NULL DEFAULT 1 CHECK (coordinates IN (1, 2)),
    ADD COLUMN given_latitude    double precision NOT NULL DEFAULT 0,
    ADD COLUMN given_longitude   double precision NOT NULL DEFAULT 0,
    ADD COLUMN hours             text NOT NULL DEFAULT '',
    ADD COLUMN special_days      text NOT NULL DEFAULT '',
    ADD COLUMN services          smallint NOT NULL DEFAULT 30 CHECK (services BETWEEN 2 AND 30),
    ADD COLUMN delivery_radius_m integer NOT NULL DEFAULT 0 CHECK (delivery_radius_m >= 0),
    ADD COLUMN capacity_per_hour integer NOT NULL DEFAULT 0 CHECK (capacity_per_hour >= 0);

UPDATE store SET given_latitude = latitude, given_longitude = longitude;
