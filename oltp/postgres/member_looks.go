package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// NoteLook implements member.Book.
func (m *Members) NoteLook(ctx context.Context, s retail.Scope, id retail.MemberID, by string) error {
	err := m.db.under(ctx, s, func(b *pgx.Batch) {
		b.Queue(m.db.query("set_actor"), by, staff.RequestOf(ctx))
		b.Queue(m.db.query("note_member_look"), id, by)
	})
	return explainMember("note who looks at a member", err)
}

// Looks implements member.Book.
func (m *Members) Looks(ctx context.Context, s retail.Scope, code string, before int64, limit int) (
	[]member.Look, error) {
	row, err := m.ByCode(ctx, s, code)
	if err != nil {
		return nil, err
	}
	tx, err := m.db.beginUnder(ctx, s)
	if err != nil {
		return nil, explainMember("list looks", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	rows, err := tx.Query(ctx, m.db.query("member_looks"), row.ID, before, limit)
	if err != nil {
		return nil, explainMember("list looks", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l member.Look, err error) {
		err = row.Scan(&l.ID, &l.At, &l.By)
		l.At = l.At.UTC()
		return l, err
	})
	return found, explainMember("list looks", err)
}
