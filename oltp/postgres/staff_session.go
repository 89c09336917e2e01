package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/staff"
)

// OpenSession implements staff.Sessions.
func (s *Staff) OpenSession(ctx context.Context, u *staff.User, token []byte, ends time.Time) (id int64,
	err error) {
	b := &pgx.Batch{}
	b.Queue(s.db.query("forget_staff_sessions"), u.ID)
	b.Queue(s.db.query("open_staff_session"), u.ID, u.Version, ends, token).
		QueryRow(func(row pgx.Row) error { return row.Scan(&id) })
	err = s.db.pool.SendBatch(ctx, b).Close()
	return id, explainCatalogue("open a session", err)
}

// Renew implements staff.Sessions.
func (s *Staff) Renew(ctx context.Context, r staff.Renewal) (got staff.Renewed, err error) {
	var refused error
	err = pgx.BeginFunc(ctx, s.db.pool, func(tx pgx.Tx) error {
		held, err := s.heldToken(ctx, tx, r.Old)
		if err != nil {
			return err
		}
		if refused = held.refuses(r); errors.Is(refused, staff.ErrReused) {
			return s.end(ctx, tx, "end_staff_session", held.Session)
		}
		if refused != nil {
			return nil
		}
		if held.Ends = r.Ends; held.opened.Add(r.Longest).Before(held.Ends) {
			held.Ends = held.opened.Add(r.Longest)
		}
		got = held.Renewed
		_, err = tx.Exec(ctx, s.db.query("renew_staff_session"), r.Old, r.New, held.Session, held.Ends, r.Now)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return got, staff.ErrRefresh
	}
	if err != nil {
		return got, explainCatalogue("renew a session", err)
	}
	return got, refused
}

// held is a refresh token as the database has it.
type held struct {
	staff.Renewed
	version int64
	opened  time.Time
	used    *time.Time
	ended   *time.Time
}

func (s *Staff) heldToken(ctx context.Context, tx pgx.Tx, hash []byte) (h held, err error) {
	u := &h.User
	err = tx.QueryRow(ctx, s.db.query("refresh_token_locked"), hash).Scan(&h.used, &h.Session, &h.version,
		&h.opened, &h.Ends, &h.ended, &u.ID, &u.Name, &u.Role, &u.Hash, &u.Stores, &u.Regions, &u.Inactive,
		&u.Version)
	return h, err
}

// refuses says why a token cannot be traded in.
func (h *held) refuses(r staff.Renewal) error {
	switch {
	case h.ended != nil, !r.Now.Before(h.Ends), h.User.Inactive, h.User.Version != h.version:
		return staff.ErrRefresh
	case h.used != nil && r.Now.Sub(*h.used) > r.Grace:
		return staff.ErrReused
	}
	return nil
}

// EndSession implements staff.Sessions.
func (s *Staff) EndSession(ctx context.Context, id int64) error {
	err := pgx.BeginFunc(ctx, s.db.pool, func(tx pgx.Tx) error {
		return s.end(ctx, tx, "end_staff_session", id)
	})
	return explainCatalogue("end a session", err)
}

// EndSessionOf implements staff.Sessions.
func (s *Staff) EndSessionOf(ctx context.Context, token []byte) error {
	err := pgx.BeginFunc(ctx, s.db.pool, func(tx pgx.Tx) error {
		return s.end(ctx, tx, "end_session_of_token", token)
	})
	return explainCatalogue("end a session", err)
}

func (s *Staff) end(ctx context.Context, tx pgx.Tx, query string, what any) error {
	done, err := tx.Exec(ctx, s.db.query(query), what)
	if err == nil && done.RowsAffected() > 0 {
		_, err = tx.Exec(ctx, s.db.query("notify"), staffChannel, "")
	}
	return err
}

// SetPassword implements staff.Sessions.
func (s *Staff) SetPassword(ctx context.Context, name string, h staff.Hash) (u staff.User, err error) {
	err = s.inTransaction(ctx, func(tx pgx.Tx) ([]int64, error) {
		rows, err := tx.Query(ctx, s.db.query("set_staff_password"), name, h)
		if err == nil {
			u, err = pgx.CollectExactlyOneRow(rows, scanUser)
		}
		return []int64{int64(u.ID)}, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return u, staff.ErrNoAccount
	}
	return u, explainCatalogue("set a password", err)
}

// staffChannel is what listeners to changes of accounts listen on.
const staffChannel = "tillstream_staff"

// Standings implements staff.RollSource.
func (s *Staff) Standings(ctx context.Context) (*staff.Standings, error) {
	got := &staff.Standings{Versions: map[string]int64{}, Ended: map[int64]bool{}}
	b := &pgx.Batch{}
	b.Queue(s.db.query("staff_versions")).Query(func(rows pgx.Rows) error {
		var name string
		var version int64
		_, err := pgx.ForEachRow(rows, []any{&name, &version}, func() error {
			got.Versions[name] = version
			return nil
		})
		return err
	})
	b.Queue(s.db.query("ended_sessions")).Query(func(rows pgx.Rows) error {
		var id int64
		_, err := pgx.ForEachRow(rows, []any{&id}, func() error {
			got.Ended[id] = true
			return nil
		})
		return err
	})
	err := s.db.pool.SendBatch(ctx, b).Close()
	return got, explainCatalogue("read the standings of accounts", err)
}

// StaffChanges implements staff.RollSource.
func (s *Staff) StaffChanges(ctx context.Context, tell func()) error {
	return s.db.listen(ctx, staffChannel, func(string) { tell() })
}

// listen calls tell with each message of a channel until ctx or the connection ends, and first with "",
// since messages may have gone by before it listened.
func (db *DB) listen(ctx context.Context, channel string, tell func(message string)) error {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return explainCatalogue("listen for changes", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := takeRole(ctx, conn, roleDesk); err != nil {
		return explainCatalogue("listen for changes", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return explainCatalogue("listen for changes", err)
	}
	tell("")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("cannot hear of changes any more: %w", err)
		}
		tell(n.Payload)
	}
}
