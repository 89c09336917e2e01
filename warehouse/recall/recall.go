// Package recall reads back from the warehouse what the rows of earlier batches say of visits, orders
// and stock: the memory of stream/keyed.
//
// In come keys and a batch, out come the states as all rows of the partition leave them but for those of
// that batch. So the answer stays the same while the batch is written, half written or repeated.
package recall

import (
	"context"
	"embed"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

//go:embed sql/*.sql
var files embed.FS

// maxKeys bounds the keys of one question: they travel in its address.
const maxKeys = 4_000

// Memory implements keyed.Memory. It may be used by several goroutines.
type Memory struct {
	db                                                         *clickhouse.DB
	visits, recent, orders, lastOrder, levels, chains, shelves string
}

// New returns a memory that reads from db. The tables of warehouse/schema must exist.
func New(db *clickhouse.DB) (*Memory, error) {
	m := &Memory{db: db}
	for name, text := range map[string]*string{"visits": &m.visits, "recent": &m.recent, "orders": &m.orders,
		"last_order": &m.lastOrder, "levels": &m.levels, "chains": &m.chains, "shelves": &m.shelves} {
		sql, err := files.ReadFile("sql/" + name + ".sql")
		if err != nil {
			return nil, fmt.Errorf("cannot read the query of %s: %w", name, err)
		}
		*text = string(sql)
	}
	return m, nil
}

// pastOf are the parameters that every query has: the rows of a partition, but for those of one batch.
func pastOf(p keyed.Past) clickhouse.Params {
	return clickhouse.Params{"partition": strconv.Itoa(int(p.Partition)),
		"batch": strconv.FormatUint(p.Batch, 10)}
}

// ask runs a query over the keys, some at a time. tuple appends a key as ClickHouse reads it.
func ask[K any](ctx context.Context, m *Memory, sql string, p keyed.Past, keys []K,
	tuple func([]byte, K) []byte, each func(clickhouse.Rows) error) error {
	for part := range slices.Chunk(keys, maxKeys) {
		list := []byte{'['}
		for i, k := range part {
			if i > 0 {
				list = append(list, ',')
			}
			list = tuple(list, k)
		}
		params := pastOf(p)
		params["keys"] = string(append(list, ']'))
		if err := m.one(ctx, sql, params, each); err != nil {
			return err
		}
	}
	return nil
}

func (m *Memory) one(ctx context.Context, sql string, params clickhouse.Params,
	each func(clickhouse.Rows) error) error {
	rows, err := m.db.Query(ctx, sql, params)
	if err != nil {
		return fmt.Errorf("cannot recall from the warehouse: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return fmt.Errorf("cannot read what the warehouse recalls: %w", err)
		}
	}
	return rows.Err()
}

// tuple appends numbers in brackets.
func tuple(dst []byte, numbers ...int64) []byte {
	dst = append(dst, '(')
	for i, n := range numbers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, n, 10)
	}
	return append(dst, ')')
}

// Visits implements keyed.Memory.
func (m *Memory) Visits(ctx context.Context, p keyed.Past, keys []keyed.VisitKey) (
	map[keyed.VisitKey]keyed.Visit, error) {
	found := map[keyed.VisitKey]keyed.Visit{}
	err := ask(ctx, m, m.visits, p, keys, func(dst []byte, k keyed.VisitKey) []byte {
		dst = tuple(dst, int64(k.Day), int64(k.Store), int64(k.Channel))
		dst[len(dst)-1] = ','
		return append(strconv.AppendUint(dst, k.Session, 10), ')')
	}, func(rows clickhouse.Rows) error {
		var k keyed.VisitKey
		var v keyed.Visit
		if err := rows.Scan(&k.Day, &k.Store, &k.Channel, &k.Session, &v.First, &v.Last, &v.Pages,
			&v.Actions, &v.Carts, &v.Visitor, &v.Member, &v.Ordered, &v.Simulated); err != nil {
			return err
		}
		found[k] = v
		return nil
	})
	return found, err
}

// Recent implements keyed.Memory.
func (m *Memory) Recent(ctx context.Context, p keyed.Past, since int32, each func(keyed.VisitKey)) error {
	params := pastOf(p)
	params["since"] = strconv.Itoa(int(max(since, 0)))
	return m.one(ctx, m.recent, params, func(rows clickhouse.Rows) error {
		var k keyed.VisitKey
		if err := rows.Scan(&k.Day, &k.Store, &k.Channel, &k.Session); err != nil {
			return err
		}
		each(k)
		return nil
	})
}

// Orders implements keyed.Memory.
func (m *Memory) Orders(ctx context.Context, p keyed.Past, ids []int64) (map[int64]keyed.Order, error) {
	found := map[int64]keyed.Order{}
	err := ask(ctx, m, m.orders, p, ids, func(dst []byte, id int64) []byte {
		return strconv.AppendInt(dst, id, 10)
	}, func(rows clickhouse.Rows) error {
		var id, placed int64
		var kind uint8
		var step, paid keyed.Instant
		var anyPaid bool
		if err := rows.Scan(&id, &kind, &step.At, &step.Day, &anyPaid, &paid.At, &paid.Day,
			&placed); err != nil {
			return err
		}
		o := found[id]
		o.See(event.Kind(kind), step, placed, false)
		if anyPaid {
			o.See(event.Kind(kind), paid, placed, true)
		}
		found[id] = o
		return nil
	})
	return found, err
}

// LastOrder implements keyed.Memory.
func (m *Memory) LastOrder(ctx context.Context, p keyed.Past) (last int64, err error) {
	err = m.one(ctx, m.lastOrder, pastOf(p), func(rows clickhouse.Rows) error { return rows.Scan(&last) })
	return last, err
}

// stockKey is a SKU at a store and a version.
type stockKey struct {
	keyed.StockKey
	version int64
}

func appendStockKey(dst []byte, k stockKey) []byte {
	return tuple(dst, int64(k.Store), k.SKU, k.version)
}

// Levels implements keyed.Memory.
func (m *Memory) Levels(ctx context.Context, p keyed.Past, keys []keyed.StockKey) (
	map[keyed.StockKey]keyed.Level, error) {
	all := make([]stockKey, len(keys))
	for i, k := range keys {
		all[i] = stockKey{k, math.MaxInt64}
	}
	return m.below(ctx, p, all)
}

// below returns the last level of each SKU below a version.
func (m *Memory) below(ctx context.Context, p keyed.Past, keys []stockKey) (
	map[keyed.StockKey]keyed.Level, error) {
	found := map[keyed.StockKey]keyed.Level{}
	err := ask(ctx, m, m.levels, p, keys, appendStockKey, func(rows clickhouse.Rows) error {
		var k keyed.StockKey
		var l keyed.Level
		if err := rows.Scan(&k.Store, &k.SKU, &l.Version, &l.OnHand, &l.Reserved, &l.Category,
			&l.At); err != nil {
			return err
		}
		found[k] = l
		return nil
	})
	return found, err
}

// Shelves implements keyed.Memory.
func (m *Memory) Shelves(ctx context.Context, p keyed.Past, each func(keyed.StockKey)) error {
	return m.one(ctx, m.shelves, pastOf(p), func(rows clickhouse.Rows) error {
		var k keyed.StockKey
		if err := rows.Scan(&k.Store, &k.SKU); err != nil {
			return err
		}
		each(k)
		return nil
	})
}

// Chains implements keyed.Memory.
func (m *Memory) Chains(ctx context.Context, p keyed.Past, from map[keyed.StockKey]int64) (
	map[keyed.StockKey][]keyed.Level, error) {
	all := make([]stockKey, 0, len(from))
	for k, version := range from {
		all = append(all, stockKey{k, version})
	}
	before, err := m.below(ctx, p, all)
	if err != nil {
		return nil, err
	}
	found := make(map[keyed.StockKey][]keyed.Level, len(from))
	for k, l := range before {
		found[k] = []keyed.Level{l}
	}
	err = ask(ctx, m, m.chains, p, all, appendStockKey, func(rows clickhouse.Rows) error {
		var k keyed.StockKey
		var l keyed.Level
		if err := rows.Scan(&k.Store, &k.SKU, &l.Version, &l.OnHand, &l.Reserved, &l.Moved, &l.Category,
			&l.At, &l.Day, &l.LocalSecond, &l.Simulated); err != nil {
			return err
		}
		found[k] = append(found[k], l)
		return nil
	})
	return found, err
}
