package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/experiment"
	"github.com/tillstream/tillstream/retail"
)

// Experiments keeps the experiments with recommendations.
type Experiments struct{ db *DB }

// Experiments returns the table of experiments.
func (db *DB) Experiments() *Experiments { return &Experiments{db} }

// PutExperiments merges experiments by name; each row succeeds or fails alone. now is when they are judged:
// of one that has begun, only the end may change.
func (x *Experiments) PutExperiments(ctx context.Context, rows []retail.Experiment, now time.Time) (
	[]catalogue.Result, error) {
	type row = retail.Experiment
	return merge[row]{
		query: "put_experiments", kind: "experiments",
		check: experiment.Check, code: func(e *row) string { return e.Name },
		relate: func(ctx context.Context, tx pgx.Tx, rows []*row) (map[*row]error, error) {
			return x.refuse(ctx, tx, rows, now)
		},
		args: func(rows []*row) []any {
			return []any{column(rows, func(e *row) string { return e.Name }),
				column(rows, func(e *row) time.Time { return e.From }),
				column(rows, func(e *row) time.Time { return e.Until }),
				column(rows, func(e *row) float64 { return e.Holdout }),
				column(rows, variantsText)}
		},
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			return x.packet(ctx, tx, append(created, updated...))
		},
	}.run(ctx, x.db, rows)
}

// variantsText is what the table keeps; the rows are checked, so nothing in them cannot be written.
func variantsText(e *retail.Experiment) string {
	text, err := json.Marshal(e.Variants)
	if err != nil {
		panic("BUG: cannot write the variants of a checked experiment: " + err.Error())
	}
	return string(text)
}

// refuse finds the rows that do not go with what there is, or with the rows before them.
func (x *Experiments) refuse(ctx context.Context, tx pgx.Tx, rows []*retail.Experiment, now time.Time) (
	map[*retail.Experiment]error, error) {
	if _, err := tx.Exec(ctx, x.db.query("lock_experiments")); err != nil {
		return nil, err
	}
	found, err := tx.Query(ctx, x.db.query("list_experiments"), "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	there, err := pgx.CollectRows(found, scanExperiment)
	refused := map[*retail.Experiment]error{}
	for _, e := range rows {
		if why := experiment.CheckAmong(e, there, now); why != nil {
			refused[e] = why
			continue
		}
		at := 0
		for at < len(there) && there[at].Name != e.Name {
			at++
		}
		if at == len(there) {
			there = append(there, *e)
		}
		there[at] = *e
	}
	return refused, err
}

func (x *Experiments) packet(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	rows, err := tx.Query(ctx, x.db.query("experiments_by_id"), ids)
	if err != nil {
		return nil, err
	}
	changed, err := pgx.CollectRows(rows, scanExperiment)
	for i := range changed {
		if err == nil {
			packet, err = experiment.Append(packet, &changed[i])
		}
	}
	return packet, err
}

func scanExperiment(row pgx.CollectableRow) (e retail.Experiment, err error) {
	var variants []byte
	err = row.Scan(&e.ID, &e.Name, &e.From, &e.Until, &e.Holdout, &variants, &e.Version)
	if err == nil {
		err = json.Unmarshal(variants, &e.Variants)
	}
	e.From, e.Until = e.From.UTC(), e.Until.UTC()
	return e, err
}

// Experiments lists experiments in ascending order of name, those after one.
func (x *Experiments) Experiments(ctx context.Context, after string, limit int) ([]retail.Experiment, error) {
	rows, err := x.db.pool.Query(ctx, x.db.query("list_experiments"), after, limit)
	if err != nil {
		return nil, explainCatalogue("list experiments", err)
	}
	found, err := pgx.CollectRows(rows, scanExperiment)
	return found, explainCatalogue("list experiments", err)
}

// ExperimentAt returns the experiment that is in force at a moment, or else the next one after it; ok is
// false without either.
func (x *Experiments) ExperimentAt(ctx context.Context, at time.Time) (e retail.Experiment, ok bool,
	err error) {
	rows, err := x.db.pool.Query(ctx, x.db.query("experiment_at"), at)
	if err != nil {
		return e, false, explainCatalogue("find the experiment in force", err)
	}
	e, err = pgx.CollectExactlyOneRow(rows, scanExperiment)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, explainCatalogue("find the experiment in force", err)
}
