package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// NextID implements member.Book.
func (m *Members) NextID(ctx context.Context) (id retail.MemberID, err error) {
	err = m.db.pool.QueryRow(ctx, m.db.query("member_next_id")).Scan(&id)
	return id, explainMember("number a member", err)
}

// ByCode implements member.Book.
func (m *Members) ByCode(ctx context.Context, s retail.Scope, code string) (*member.Row, error) {
	return m.one(ctx, s, "member_ids_by_code", code)
}

// ByUnion implements member.Book.
func (m *Members) ByUnion(ctx context.Context, s retail.Scope, hash []byte) (*member.Row, error) {
	return m.one(ctx, s, "member_ids_by_union", hash)
}

// ByPhone implements member.Book.
func (m *Members) ByPhone(ctx context.Context, s retail.Scope, hash []byte, limit int) ([]member.Row,
	error) {
	return m.find(ctx, s, "member_ids_by_phone", hash, limit)
}

func (m *Members) one(ctx context.Context, s retail.Scope, query string, key any) (*member.Row, error) {
	rows, err := m.find(ctx, s, query, key, 1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, member.ErrNotFound
	}
	return &rows[0], nil
}

// find reads members of a scope, at most limit.
func (m *Members) find(ctx context.Context, s retail.Scope, query string, key any, limit int) (
	[]member.Row, error) {
	tx, err := m.db.beginUnder(ctx, s)
	if err != nil {
		return nil, explainMember("find members", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	rows, err := tx.Query(ctx, m.db.query(query), key)
	if err != nil {
		return nil, explainMember("find members", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return nil, explainMember("find members", err)
	}
	found, err := readMemberRows(tx.Query(ctx, m.db.query("member_rows"), ids, s.All(), s.Stores(), limit))
	if err == nil {
		err = m.agree(ctx, tx, found)
	}
	return found, explainMember("find members", err)
}

func readMemberRows(rows pgx.Rows, err error) ([]member.Row, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r member.Row, err error) {
		var at *time.Time
		k := &r.Sealed
		err = row.Scan(&r.ID, &r.Code, &r.Origin, &r.Personalized, &r.Simulated, &r.Version, &r.LastFour,
			&at, &k.UnionID, &k.Name, &k.Phone, &k.Birthday, &k.Gender, &k.Body)
		if at != nil {
			r.RegisteredAt = at.UTC()
		}
		return r, err
	})
}

// agree fills in what members agree to.
func (m *Members) agree(ctx context.Context, tx pgx.Tx, found []member.Row) error {
	ids := make([]int64, len(found))
	at := make(map[retail.MemberID]int, len(found))
	for i := range found {
		ids[i], at[found[i].ID] = int64(found[i].ID), i
	}
	decided, err := readConsents(tx.Query(ctx, m.db.query("member_agrees"), ids))
	if err != nil {
		return err
	}
	for _, d := range decided {
		row := &found[at[d.member]]
		row.Agrees = append(row.Agrees, d.Consent)
	}
	return nil
}

type decision struct {
	member retail.MemberID
	member.Consent
}

func readConsents(rows pgx.Rows, err error) ([]decision, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d decision, err error) {
		var purpose, channel int16
		err = row.Scan(&d.member, &d.ID, &purpose, &d.Granted, &d.Version, &channel, &d.At, &d.By)
		d.Purpose, d.Channel, d.At = member.Purpose(purpose), retail.Channel(channel), d.At.UTC()
		return d, err
	})
}

// Consents implements member.Book.
func (m *Members) Consents(ctx context.Context, s retail.Scope, code string, before int64, limit int) (
	[]member.Consent, error) {
	row, err := m.ByCode(ctx, s, code)
	if err != nil {
		return nil, err
	}
	tx, err := m.db.beginUnder(ctx, s)
	if err != nil {
		return nil, explainMember("list consents", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	decided, err := readConsents(tx.Query(ctx, m.db.query("member_consents"), row.ID, before, limit))
	out := make([]member.Consent, len(decided))
	for i := range decided {
		out[i] = decided[i].Consent
	}
	return out, explainMember("list consents", err)
}

// Consent implements member.Book.
func (m *Members) Consent(ctx context.Context, s retail.Scope, code string, key order.Key,
	c *member.Consent) (replayed bool, err error) {
	err = m.within(ctx, s, "record a consent", func(tx pgx.Tx) (id retail.MemberID, _ []byte, err error) {
		if id, err = m.lock(ctx, tx, s, code); err != nil {
			return 0, nil, err
		}
		var unique *order.Key
		if key != (order.Key{}) {
			unique = &key
		}
		added, err := m.addConsent(ctx, tx, id, unique, c)
		if err != nil {
			return 0, nil, err
		}
		if replayed = !added; replayed {
			return 0, nil, m.sameConsent(ctx, tx, id, key, c)
		}
		for _, query := range []string{"agree_member", "drop_member_body"} {
			if _, err := tx.Exec(ctx, m.db.query(query), id); err != nil {
				return 0, nil, err
			}
		}
		return id, nil, nil
	})
	return replayed, err
}

// addConsent adds a decision, unless its key was used. Decisions that came with no key have none.
func (m *Members) addConsent(ctx context.Context, tx pgx.Tx, id retail.MemberID, key *order.Key,
	c *member.Consent) (added bool, err error) {
	var unique any
	if key != nil {
		unique = [16]byte(*key)
	}
	tag, err := tx.Exec(ctx, m.db.query("add_member_consent"), id, int16(c.Purpose), c.Granted, c.Version,
		int16(c.Channel), c.At, c.By, unique)
	return tag.RowsAffected() == 1, err
}

// sameConsent checks that a key was used for this very decision. When it was taken is left out: it may
// have been filled in.
func (m *Members) sameConsent(ctx context.Context, tx pgx.Tx, id retail.MemberID, key order.Key,
	c *member.Consent) error {
	before, err := readConsents(tx.Query(ctx, m.db.query("member_consent_of_key"), [16]byte(key)))
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.member == id && b.Purpose == c.Purpose && b.Granted == c.Granted && b.Version == c.Version &&
			b.Channel == c.Channel {
			return nil
		}
	}
	return &undecided{member.ErrKeyReused}
}

// Reticent tells take of every member who did not agree to be recognised, erased ones among them.
func (c *Catalogue) Reticent(ctx context.Context, take func(retail.MemberID)) error {
	err := c.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(c.db.query("members_reticent")).Query(func(rows pgx.Rows) error {
			var id retail.MemberID
			_, err := pgx.ForEachRow(rows, []any{&id}, func() error { take(id); return nil })
			return err
		})
	})
	return explainCatalogue("list the members who did not agree to be recognised", err)
}

// Marketable tells take of every member who agrees to marketing now: id, origin and whether the member
// agreed to be recognised are filled in.
func (c *Catalogue) Marketable(ctx context.Context, take func(*retail.Member)) error {
	err := c.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(c.db.query("members_marketable"), member.Marketing).Query(func(rows pgx.Rows) error {
			var m retail.Member
			_, err := pgx.ForEachRow(rows, []any{&m.ID, &m.Origin, &m.Personalized},
				func() error { take(&m); return nil })
			return err
		})
	})
	return explainCatalogue("list the members who agree to marketing", err)
}
