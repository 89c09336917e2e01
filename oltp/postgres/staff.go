package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Staff is the staff.Directory, staff.Sessions and staff.RollSource, and edits the accounts.
type Staff struct{ db *DB }

// Staff returns the accounts of the staff.
func (db *DB) Staff() *Staff { return &Staff{db} }

func scanUser(row pgx.CollectableRow) (u staff.User, err error) {
	return u, row.Scan(&u.ID, &u.Name, &u.Role, &u.Hash, &u.Stores, &u.Regions, &u.Inactive, &u.Version)
}

// User implements staff.Directory.
func (s *Staff) User(ctx context.Context, name string) (u staff.User, found bool, err error) {
	u, found, err = s.Account(ctx, name)
	return u, found && !u.Inactive, err
}

// Account finds an account, inactive or not.
func (s *Staff) Account(ctx context.Context, name string) (u staff.User, found bool, err error) {
	rows, err := s.db.pool.Query(ctx, s.db.query("staff_by_name"), name)
	if err == nil {
		u, err = pgx.CollectExactlyOneRow(rows, scanUser)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return u, false, nil
	}
	return u, err == nil, explainCatalogue("find an account", err)
}

// Users lists accounts in the order of their names, those after one, inactive ones included.
func (s *Staff) Users(ctx context.Context, after string, limit int) ([]staff.User, error) {
	rows, err := s.db.pool.Query(ctx, s.db.query("list_staff"), after, limit)
	if err != nil {
		return nil, explainCatalogue("list accounts", err)
	}
	users, err := pgx.CollectRows(rows, scanUser)
	return users, explainCatalogue("list accounts", err)
}

// PutStaff merges accounts by name; each row succeeds or fails alone. A new one needs the hash of a
// password, which an existing one keeps. What a row changes voids the tokens of its account. One admin stays.
func (s *Staff) PutStaff(ctx context.Context, rows []staff.User) ([]catalogue.Result, error) {
	type row = staff.User
	exist, err := s.existing(ctx, rows)
	if err != nil {
		return nil, explainCatalogue("put accounts", err)
	}
	return merge[row]{
		query: "put_staff", kind: "staff",
		check: func(u *row) error {
			if err := staffFault(staff.CheckAccount(u)); err != nil {
				return err
			}
			if u.Hash == "" && !exist[u.Name] {
				return &catalogue.Invalid{Field: "password", Reason: "is required for a new account"}
			}
			return nil
		},
		code:   func(u *row) string { return u.Name },
		relate: s.keepAdmin,
		args: func(rows []*row) []any {
			return append(staffColumns(rows), column(rows, func(u *row) bool { return !u.Inactive }))
		},
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			return s.changed(ctx, tx, append(created, updated...))
		},
	}.run(ctx, s.db, rows)
}

// keepAdmin refuses the row that would take the last admin away. Of two sessions that each take one away,
// the second waits for the first, and then sees what is left.
func (s *Staff) keepAdmin(ctx context.Context, tx pgx.Tx, rows []*staff.User) (map[*staff.User]error, error) {
	if _, err := tx.Exec(ctx, s.db.query("lock_staff")); err != nil {
		return nil, err
	}
	found, err := tx.Query(ctx, s.db.query("staff_active"), staff.HQAdmin)
	if err != nil {
		return nil, err
	}
	admins, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	if u := staff.KeepAdmin(admins, rows); u != nil {
		return map[*staff.User]error{u: &staff.LastAdmin{Name: u.Name}}, nil
	}
	return nil, nil
}

func staffFault(err error) error {
	var f *staff.Fault
	if errors.As(err, &f) {
		return &catalogue.Invalid{Field: f.Field, Value: f.Value, Reason: f.Reason}
	}
	return err
}

func staffColumns(rows []*staff.User) []any {
	type row = staff.User
	return []any{
		column(rows, func(u *row) string { return u.Name }),
		column(rows, func(u *row) string { return string(u.Role) }),
		column(rows, func(u *row) string { return string(u.Hash) }),
		column(rows, func(u *row) string { return textArray(u.Stores) }),
		column(rows, func(u *row) string { return textArray(u.Regions) }),
	}
}

func (s *Staff) existing(ctx context.Context, rows []staff.User) (map[string]bool, error) {
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = rows[i].Name
	}
	found, err := s.db.pool.Query(ctx, s.db.query("staff_names"), names)
	if err != nil {
		return nil, err
	}
	known, err := pgx.CollectRows(found, pgx.RowTo[string])
	exist := make(map[string]bool, len(known))
	for _, name := range known {
		exist[name] = true
	}
	return exist, err
}

// Seed adds the accounts that are not there, and returns how many.
func (s *Staff) Seed(ctx context.Context, users []staff.User) (n int, err error) {
	rows := make([]*staff.User, len(users))
	for i := range users {
		rows[i] = &users[i]
	}
	err = s.inTransaction(ctx, func(tx pgx.Tx) ([]int64, error) {
		found, err := tx.Query(ctx, s.db.query("seed_staff"), staffColumns(rows)...)
		if err != nil {
			return nil, err
		}
		ids, err := pgx.CollectRows(found, pgx.RowTo[int64])
		n = len(ids)
		return ids, err
	})
	return n, explainCatalogue("add the first accounts", err)
}

// changed tells every instance, and returns the events of accounts that changed.
func (s *Staff) changed(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	if _, err := tx.Exec(ctx, s.db.query("notify"), staffChannel, ""); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, s.db.query("staff_events"), ids)
	if err != nil {
		return nil, err
	}
	zone, err := catalogue.Zone(retail.DefaultTimeZone)
	if err != nil {
		return nil, err
	}
	m := event.StaffChanged{ChangedAt: event.At(time.Now(), zone)}
	_, err = pgx.ForEachRow(rows, []any{&m.StaffId, &m.Role, &m.StoreCodes, &m.RegionCodes, &m.Active,
		&m.Version}, func() error {
		packet, err = catalogue.AppendStaff(packet, &m)
		return err
	})
	return packet, err
}

// inTransaction changes accounts, tells every instance and emits their events.
func (s *Staff) inTransaction(ctx context.Context, change func(pgx.Tx) ([]int64, error)) error {
	return pgx.BeginFunc(ctx, s.db.pool, func(tx pgx.Tx) error {
		if err := s.db.actFor(ctx, tx); err != nil {
			return err
		}
		ids, err := change(tx)
		if err != nil || len(ids) == 0 {
			return err
		}
		packet, err := s.changed(ctx, tx, ids)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, s.db.query("emit"), event.PacketPrefix, packet)
		return err
	})
}

// textArray is an array of texts as the server reads it.
func textArray(v []string) string {
	b := []byte{'{'}
	for i, text := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		for j := range len(text) {
			if text[j] == '"' || text[j] == '\\' {
				b = append(b, '\\')
			}
			b = append(b, text[j])
		}
		b = append(b, '"')
	}
	return string(append(b, '}'))
}
