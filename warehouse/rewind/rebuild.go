package rewind

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// view is a materialized view: the rule that fills a rollup.
type view struct {
	name, fills, reads, query string
}

// byMonth is how facts and rollups are partitioned.
const byMonth = "toYYYYMM(day)"

// rebuild makes the rollups of the months anew: each in a copy that no view fills, day by day, so that
// no statement holds more than a day in memory; then month by month in the place of what was there.
func (s *Store) rebuild(ctx context.Context, months stream.Months, progress stream.RewindProgress) error {
	rollups, err := s.rollups(ctx)
	if err != nil {
		return err
	}
	span := listMonths(months)
	total := int64(len(rollups) * len(span))
	done := int64(0)
	for _, views := range rollups {
		err := s.rebuildOne(ctx, views, span, func() {
			done++
			progress("rollups", done, total)
		})
		if err != nil {
			return fmt.Errorf("cannot make %s anew: %w", views[0].fills, err)
		}
	}
	return nil
}

// rollups returns the views by the table that they fill. A rollup that is made of another comes after
// it.
func (s *Store) rollups(ctx context.Context) ([][]view, error) {
	rows, err := s.db.Query(ctx, statement("views"), nil)
	if err != nil {
		return nil, fmt.Errorf("cannot list the views: %w", err)
	}
	defer rows.Close()
	all := make(map[string][]view)
	var order []string
	for rows.Next() {
		var v view
		if err := rows.Scan(&v.name, &v.fills, &v.reads, &v.query); err != nil {
			return nil, fmt.Errorf("cannot read a view: %w", err)
		}
		if v.fills == "" || v.reads == "" {
			return nil, fmt.Errorf("cannot tell what view %s reads and fills", v.name)
		}
		if all[v.fills] == nil {
			order = append(order, v.fills)
		}
		all[v.fills] = append(all[v.fills], v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot list the views: %w", err)
	}
	return sorted(all, order)
}

// sorted puts what is read before what reads it.
func sorted(all map[string][]view, order []string) ([][]view, error) {
	var out [][]view
	placed := make(map[string]bool)
	for len(out) < len(order) {
		before := len(out)
		for _, table := range order {
			waits := func(v view) bool { return all[v.reads] != nil && !placed[v.reads] }
			if placed[table] || slices.ContainsFunc(all[table], waits) {
				continue
			}
			out, placed[table] = append(out, all[table]), true
		}
		if len(out) == before {
			return nil, fmt.Errorf("cannot put the rollups %v in order: they read each other", order)
		}
	}
	return out, nil
}

func (s *Store) rebuildOne(ctx context.Context, views []view, months []uint32, done func()) error {
	table := views[0].fills
	names := clickhouse.Params{"table": table, "copy": "rewind_" + table}
	// Behind AS and FROM of these two the engine takes no parameter for a name.
	copied := "CREATE TABLE " + clickhouse.Name(names["copy"]) + " AS " + clickhouse.Name(table)
	replaced := "ALTER TABLE " + clickhouse.Name(table) + " REPLACE PARTITION ID {month:String} FROM " +
		clickhouse.Name(names["copy"])
	for _, sql := range []string{statement("drop"), copied, statement("forgetful")} {
		if err := s.db.Exec(ctx, sql, names); err != nil {
			return err
		}
	}
	whole, err := s.whole(ctx, table)
	if err != nil {
		return err
	}
	for _, month := range months {
		for _, v := range views {
			if whole {
				break
			}
			if err := s.fill(ctx, v, names["copy"], month); err != nil {
				return fmt.Errorf("month %d of view %s: %w", month, v.name, err)
			}
		}
		names["month"] = strconv.Itoa(int(month))
		if !whole {
			if err := s.db.Exec(ctx, replaced, names); err != nil {
				return err
			}
		}
		done()
	}
	if whole {
		if err := s.exchange(ctx, views, names); err != nil {
			return err
		}
	}
	return s.db.Exec(ctx, statement("drop"), names)
}

// whole reports whether a table is not partitioned by month of day, so that it is made anew as a whole.
func (s *Store) whole(ctx context.Context, table string) (bool, error) {
	var key string
	_, err := s.db.Row(ctx, statement("partition_key"), clickhouse.Params{"name": table}, &key)
	return key != byMonth, err
}

// exchange fills the copy with everything and puts it in the place of the table.
func (s *Store) exchange(ctx context.Context, views []view, names clickhouse.Params) error {
	into := clickhouse.Name(names["copy"])
	for _, v := range views {
		columns, err := s.columns(ctx, v)
		if err != nil {
			return err
		}
		sql := "INSERT INTO " + into + " (" + columns + ") SELECT " + columns + " FROM (" + v.query + ")"
		if err := s.db.Exec(ctx, sql, nil); err != nil {
			return err
		}
	}
	return s.db.Exec(ctx, "EXCHANGE TABLES "+clickhouse.Name(names["table"])+" AND "+into, nil)
}

// columns lists what a view fills.
func (s *Store) columns(ctx context.Context, v view) (string, error) {
	columns, err := list[string](ctx, s.db, statement("columns"), clickhouse.Params{"name": v.name})
	for i := range columns {
		columns[i] = clickhouse.Name(columns[i])
	}
	return strings.Join(columns, ", "), err
}

// fill runs the view's own statement over the days of a month that its source holds.
func (s *Store) fill(ctx context.Context, v view, into string, month uint32) error {
	names, err := s.columns(ctx, v)
	if err != nil {
		return err
	}
	days, err := list[int32](ctx, s.db, statement("days"),
		clickhouse.Params{"table": v.reads, "month": strconv.Itoa(int(month))})
	if err != nil {
		return err
	}
	// The condition on the key of the grouping moves below it, to the rows.
	sql := "INSERT INTO " + clickhouse.Name(into) + " (" + names + ") SELECT " + names + " FROM (" +
		v.query + ") WHERE day = toDate({day:UInt16})"
	for _, day := range days {
		if err := s.db.Exec(ctx, sql, clickhouse.Params{"day": strconv.Itoa(int(day))}); err != nil {
			return err
		}
	}
	return nil
}

// list reads a column.
func list[T any](ctx context.Context, db *clickhouse.DB, sql string, params clickhouse.Params) ([]T, error) {
	rows, err := db.Query(ctx, sql, params)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, fmt.Errorf("cannot read a row: %w", err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// listMonths lists the months from the first to the last, such as 202612, 202701.
func listMonths(m stream.Months) (all []uint32) {
	for at := m.First; at <= m.Last; at++ {
		if at%100 == 13 {
			at += 100 - 12
		}
		all = append(all, at)
	}
	return all
}
