-- Accounts of the staff. hash is argon2id in the PHC format; a password is never kept. The version rises
-- with each change of rights or password: tokens that carry an earlier one count no longer. Accounts are
-- deactivated, never deleted, so that a name means one person for ever.
CREATE TABLE staff (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    role    text NOT NULL,
    hash    text NOT NULL CHECK (hash LIKE '$argon2id$%'),
    stores  text[] NOT NULL,
    regions text[] NOT NULL,
    active  boolean NOT NULL,
    version bigint NOT NULL
);

REVOKE ALL ON staff FROM tillstream_intake;
REVOKE DELETE ON staff FROM tillstream_desk;
