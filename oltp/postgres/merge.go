package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// merge says how rows of one kind are merged by code.
type merge[T any] struct {
	// query is put_<plural>.sql; kind is what listeners are told.
	query string
	kind  string
	check func(*T) error
	code  func(*T) string
	// parent names the row's parent, which must be in the answer of parents; nil where there is none.
	parent      func(*T) string
	parents     string
	parentField string
	// relate refuses rows for what other rows say; nil where only the row itself and its parent count.
	relate func(ctx context.Context, tx pgx.Tx, rows []*T) (map[*T]error, error)
	args   func([]*T) []any
	// byID says that listeners are told which rows changed. Otherwise the rows are parents, and they
	// are told that any of the kind may have.
	byID bool
	// banned tells, for those of the codes that nobody may use again, why; nil where there are none.
	banned func(ctx context.Context, tx pgx.Tx, codes []string) (map[string]string, error)
	// rehearsed rolls everything back at the end and tells nobody.
	rehearsed bool
	// changed returns the events of rows that changed.
	changed func(ctx context.Context, tx pgx.Tx, created, updated []int64) (packet []byte, err error)
}

// run merges a bulk in one transaction. Bad rows are refused alone.
func (m merge[T]) run(ctx context.Context, db *DB, rows []T) ([]catalogue.Result, error) {
	if len(rows) > catalogue.MaxBulk {
		return nil, fmt.Errorf("cannot put %d %s at once: at most %d", len(rows), m.kind, catalogue.MaxBulk)
	}
	var results []catalogue.Result
	err := repeat(func() (err error) {
		results, err = m.attempt(ctx, db, rows)
		return err
	})
	return results, explainCatalogue("put "+m.kind, err)
}

func (m merge[T]) attempt(ctx context.Context, db *DB, rows []T) ([]catalogue.Result, error) {
	tx, err := db.beginUnder(ctx, retail.HQScope())
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	results := make([]catalogue.Result, len(rows))
	good, err := m.admit(ctx, db, tx, rows, results)
	if err != nil || len(good) == 0 {
		return results, err
	}
	created, updated, err := m.put(ctx, db, tx, rows, good, results)
	if err != nil {
		return nil, err
	}
	if len(created)+len(updated) == 0 {
		return results, nil
	}
	// A code may have been banned since it was admitted; the new row has waited for that to commit.
	if err := m.createdFree(ctx, tx, rows, results); err != nil {
		return nil, err
	}
	packet, err := m.changed(ctx, tx, created, updated)
	if err != nil {
		return nil, err
	}
	if m.rehearsed {
		return results, nil
	}
	if len(packet) > 0 {
		if _, err := tx.Exec(ctx, db.query("emit"), event.PacketPrefix, packet); err != nil {
			return nil, err
		}
	}
	if len(updated) > 0 { // nobody holds what was only just created
		if !m.byID {
			updated = nil
		}
		if err := notify(ctx, db, tx, catalogue.Change{Kind: m.kind, IDs: updated}); err != nil {
			return nil, err
		}
	}
	return results, tx.Commit(ctx)
}

// admit checks the rows and returns the index of each good one by its code.
func (m merge[T]) admit(ctx context.Context, db *DB, tx pgx.Tx, rows []T,
	results []catalogue.Result) (map[string]int, error) {
	parents, err := m.knownParents(ctx, db, tx, rows)
	if err != nil {
		return nil, err
	}
	banned, err := m.nowBanned(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	good := make(map[string]int, len(rows))
	for i := range rows {
		err := m.check(&rows[i])
		code := m.code(&rows[i])
		if _, twice := good[code]; err == nil && twice {
			err = &catalogue.Invalid{Field: "code", Value: code, Reason: "stands twice in one bulk"}
		}
		if reason := banned[code]; err == nil && reason != "" {
			err = &catalogue.Invalid{Field: "code", Value: code, Reason: reason}
		}
		if err == nil && m.parent != nil && !parents[m.parent(&rows[i])] {
			err = &catalogue.Invalid{Field: m.parentField, Value: m.parent(&rows[i]),
				Reason: "does not exist"}
		}
		if err != nil {
			results[i].Err = err
			continue
		}
		good[code] = i
	}
	return good, m.refuseRelated(ctx, tx, rows, good, results)
}

// refuseRelated takes the rows that relate refuses out of the good ones.
func (m merge[T]) refuseRelated(ctx context.Context, tx pgx.Tx, rows []T, good map[string]int,
	results []catalogue.Result) error {
	if m.relate == nil || len(good) == 0 {
		return nil
	}
	chosen := make([]*T, 0, len(good))
	for i := range rows {
		if results[i].Err == nil {
			chosen = append(chosen, &rows[i])
		}
	}
	refused, err := m.relate(ctx, tx, chosen)
	for row, why := range refused {
		code := m.code(row)
		results[good[code]].Err = why
		delete(good, code)
	}
	return err
}

func (m merge[T]) nowBanned(ctx context.Context, tx pgx.Tx, rows []T) (map[string]string, error) {
	if m.banned == nil {
		return nil, nil
	}
	codes := make([]string, len(rows))
	for i := range rows {
		codes[i] = m.code(&rows[i])
	}
	return m.banned(ctx, tx, codes)
}

// createdFree says whether the rows that were created may keep their codes.
func (m merge[T]) createdFree(ctx context.Context, tx pgx.Tx, rows []T, results []catalogue.Result) error {
	var created []T
	for i := range rows {
		if results[i].Outcome == catalogue.Created {
			created = append(created, rows[i])
		}
	}
	if len(created) == 0 {
		return nil
	}
	banned, err := m.nowBanned(ctx, tx, created)
	if err == nil && len(banned) > 0 {
		err = errMeanwhile
	}
	return err
}

func (m merge[T]) knownParents(ctx context.Context, db *DB, tx pgx.Tx, rows []T) (map[string]bool, error) {
	if m.parent == nil {
		return nil, nil
	}
	asked := make([]string, 0, len(rows))
	for i := range rows {
		if m.check(&rows[i]) == nil {
			asked = append(asked, m.parent(&rows[i]))
		}
	}
	found, err := tx.Query(ctx, db.query(m.parents), asked)
	if err != nil {
		return nil, err
	}
	codes, err := pgx.CollectRows(found, pgx.RowTo[string])
	known := make(map[string]bool, len(codes))
	for _, code := range codes {
		known[code] = true
	}
	return known, err
}

func (m merge[T]) put(ctx context.Context, db *DB, tx pgx.Tx, rows []T, good map[string]int,
	results []catalogue.Result) (created, updated []int64, err error) {
	chosen := make([]*T, 0, len(good))
	for i := range rows {
		if results[i].Err == nil {
			chosen = append(chosen, &rows[i])
		}
	}
	answer, err := tx.Query(ctx, db.query(m.query), m.args(chosen)...)
	if err != nil {
		return nil, nil, err
	}
	var r catalogue.Result
	var code string
	_, err = pgx.ForEachRow(answer, []any{&r.ID, &code, &r.Version, &r.Outcome}, func() error {
		results[good[code]] = r
		switch r.Outcome {
		case catalogue.Created:
			created = append(created, r.ID)
		case catalogue.Updated:
			updated = append(updated, r.ID)
		}
		return nil
	})
	for _, i := range good {
		if err == nil && results[i].Outcome == catalogue.Refused {
			// Another session has put an equal row, which this one's snapshot does not show.
			err = errMeanwhile
		}
	}
	return created, updated, err
}

// column projects rows to one of their fields.
func column[T, C any](rows []*T, field func(*T) C) []C {
	out := make([]C, len(rows))
	for i, r := range rows {
		out[i] = field(r)
	}
	return out
}
