-- Categories form trees. A category names the one above by its code, which never changes, so that one
-- statement can put a category together with those below it.
ALTER TABLE category
    ADD parent  text REFERENCES category (code) CHECK (parent <> code),
    ADD version bigint NOT NULL DEFAULT 1;
