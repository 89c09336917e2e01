-- Who looked at everything personal of a member. Rows are only ever added.
CREATE TABLE member_look (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint      NOT NULL,
    looked_at timestamptz NOT NULL DEFAULT now(),
    looked_by text        NOT NULL
);

CREATE INDEX member_look_of ON member_look (member_id, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON member_look
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT protect_rows('member_look', 'EXISTS (SELECT FROM member m WHERE m.id = member_look.member_id
    AND m.origin_store_id = ANY ((SELECT visible_stores())::integer[]))');
