// Package rewind takes back what a stream has written, so that it can be written again. In come the
// cuts, that is, the place in each partition from which the log is read again; the rows that were read
// from behind them are deleted, and the rollups of their months are made anew from the facts that are
// left, by the very statements of the views that fill them.
//
// Guaranteed: afterwards every rollup of those months says what the facts say, and everything may be
// done again after it broke off half way. Nobody may write meanwhile. Dimensions stay: a row that is
// read again replaces itself by its version.
package rewind

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

//go:embed sql/*.sql
var files embed.FS

// statement returns an embedded statement.
func statement(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return string(text)
}

// Facts lists the fact tables that the records of a topic fill.
func Facts(topic string) []string {
	switch event.Topic(topic) {
	case event.TopicOrders:
		return []string{"fact_order_line", "fact_order_step", "fact_order_span"}
	case event.TopicStock:
		return []string{"fact_stock_move", "fact_stock_shift"}
	case event.TopicCatalogue:
		return []string{"fact_review"}
	case event.TopicBehaviour:
		return []string{"fact_behaviour", "fact_visit"}
	}
	return nil
}

// Store is a warehouse; it is a stream.Store.
type Store struct{ db *clickhouse.DB }

// New returns a store whose schema is migrated.
func New(db *clickhouse.DB) *Store { return &Store{db} }

// target is a fact table and where it is cut.
type target struct {
	table  string
	params clickhouse.Params
}

// targets gathers the cuts by table.
func targets(cuts []stream.Cut) []target {
	at := make(map[string][]stream.Cut)
	for _, c := range cuts {
		for _, table := range Facts(c.Topic) {
			at[table] = append(at[table], c)
		}
	}
	var all []target
	for table, cuts := range at {
		partitions, offsets := make([]string, len(cuts)), make([]string, len(cuts))
		for i, c := range cuts {
			partitions[i], offsets[i] = strconv.Itoa(int(c.ID)), strconv.FormatInt(c.From, 10)
		}
		all = append(all, target{table, clickhouse.Params{"table": table,
			"partitions": "[" + strings.Join(partitions, ",") + "]",
			"offsets":    "[" + strings.Join(offsets, ",") + "]"}})
	}
	slices.SortFunc(all, func(a, b target) int { return strings.Compare(a.table, b.table) })
	return all
}

// Align implements stream.Store. What is derived of a visit is one row a batch, so behaviour goes back to
// where a batch began; all other rows follow from one record each and from those before it.
func (s *Store) Align(ctx context.Context, c stream.Cut) (stream.Cut, error) {
	if c.Topic != string(event.TopicBehaviour) {
		return c, nil
	}
	began := c.From
	_, err := s.db.Row(ctx, statement("align"), clickhouse.Params{
		"partition": strconv.Itoa(int(c.ID)), "offset": strconv.FormatInt(c.From, 10)}, &began)
	if err != nil {
		return c, fmt.Errorf("cannot tell where a batch of %s/%d began: %w", c.Topic, c.ID, err)
	}
	c.From = began
	return c, nil
}

// Extent implements stream.Store.
func (s *Store) Extent(ctx context.Context, cuts []stream.Cut) (stream.Extent, error) {
	e := stream.Extent{Rows: make(map[string]int64)}
	for _, t := range targets(cuts) {
		var rows uint64
		var first, last *uint32
		_, err := s.db.Row(ctx, statement("extent"), t.params, &rows, &first, &last)
		if err != nil {
			return e, fmt.Errorf("cannot count what is to be deleted from %s: %w", t.table, err)
		}
		if rows == 0 {
			continue
		}
		e.Rows[t.table] = int64(rows)
		if e.Months.First == 0 || *first < e.Months.First {
			e.Months.First = *first
		}
		e.Months.Last = max(e.Months.Last, *last)
	}
	return e, nil
}

// Purge implements stream.Store.
func (s *Store) Purge(ctx context.Context, cuts []stream.Cut, months stream.Months,
	progress stream.RewindProgress) error {
	all := targets(cuts)
	for i, t := range all {
		progress("delete", int64(i), int64(len(all)))
		if err := s.purge(ctx, t); err != nil {
			return fmt.Errorf("cannot delete from %s: %w", t.table, err)
		}
		progress("delete", int64(i+1), int64(len(all)))
	}
	if months == (stream.Months{}) {
		return nil
	}
	return s.rebuild(ctx, months, progress)
}

// pollEvery is the time between two looks at a deletion under way.
const pollEvery = 100 * time.Millisecond

// purge deletes and waits; a deletion that began before a crash is waited for as well.
func (s *Store) purge(ctx context.Context, t target) error {
	if err := s.db.Exec(ctx, statement("delete"), t.params); err != nil {
		return err
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		var mutations, parts int64
		var failure string
		_, err := s.db.Row(ctx, statement("left"), clickhouse.Params{"name": t.table}, &mutations, &parts,
			&failure)
		switch {
		case err != nil:
			return err
		case failure != "":
			return errors.New(failure)
		case mutations == 0:
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
