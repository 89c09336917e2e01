package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/retail"
)

// ScopeCost is what keeping to a scope costs one of the hottest reads: the medians of the same statements
// in a session that sees every row and in one that names its scope.
type ScopeCost struct {
	Read         string
	Bare, Scoped time.Duration
}

// Percent is by how much the scoped read takes longer.
func (c ScopeCost) Percent() float64 { return 100 * (float64(c.Scoped)/float64(c.Bare) - 1) }

// The sizes of the measured reads.
const (
	costOrders = 2_000
	costLevels = 4
	costList   = 100
)

var errNothingToRead = errors.New("there are no orders and levels to read")

// hotRead is one of the reads: what it is, and its statements for a place in the sample.
type hotRead struct {
	name  string
	queue func(b *pgx.Batch, at sampled)
}

// sampled is an order and its store, with goods of that store.
type sampled struct {
	order retail.OrderID
	store retail.StoreID
	skus  []int64
}

// ScopeCosts measures the order view, the levels of a basket and the list of a store's orders, each
// rounds times both ways in turn, on orders and stock that are there.
func (db *DB) ScopeCosts(ctx context.Context, rounds int) ([]ScopeCost, error) {
	sample, err := db.costSample(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot measure the cost of scopes: %w", err)
	}
	var sessions [2]*pgx.Conn
	for i, role := range []string{roleIntake, roleDesk} {
		conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
		if err != nil {
			return nil, fmt.Errorf("cannot measure the cost of scopes: %w", err)
		}
		defer conn.Close(context.WithoutCancel(ctx))
		if err := takeRole(ctx, conn, role); err != nil {
			return nil, err
		}
		sessions[i] = conn
	}
	var costs []ScopeCost
	for _, read := range db.hotReads() {
		cost, err := db.compare(ctx, sessions, read, sample, rounds)
		if err != nil {
			return nil, fmt.Errorf("cannot measure the %s: %w", read.name, err)
		}
		costs = append(costs, cost)
	}
	return costs, nil
}

func (db *DB) hotReads() []hotRead {
	return []hotRead{
		{"order view", func(b *pgx.Batch, at sampled) {
			b.Queue(db.query("order_view"), at.order).Query(drain)
			b.Queue(db.query("order_view_lines"), at.order).Query(drain)
			b.Queue(db.query("price_grants"), at.order).Query(drain)
		}},
		{"stock levels", func(b *pgx.Batch, at sampled) {
			b.Queue(db.query("levels_of_stores"), []retail.StoreID{at.store}, at.skus).Query(drain)
		}},
		{"order list", func(b *pgx.Batch, at sampled) {
			b.Queue(db.query("list_orders"), at.store, int64(math.MaxInt64), costList).Query(drain)
		}},
	}
}

func drain(rows pgx.Rows) error {
	for rows.Next() {
		rows.RawValues()
	}
	return rows.Err()
}

// compare runs a read both ways in turn; which way is first changes, too.
func (db *DB) compare(ctx context.Context, sessions [2]*pgx.Conn, read hotRead, sample []sampled,
	rounds int) (ScopeCost, error) {
	warmUp := rounds/10 + 10
	var took [2][]time.Duration
	for i := range warmUp + rounds {
		at := sample[i%len(sample)]
		for k := range 2 {
			way := (i + k) % 2
			b := &pgx.Batch{}
			if way == 1 {
				b.Queue(db.query("set_scope"), scopeText(retail.StoreScope(at.store)))
			}
			read.queue(b, at)
			start := time.Now()
			if err := sessions[way].SendBatch(ctx, b).Close(); err != nil {
				return ScopeCost{}, err
			}
			if i >= warmUp {
				took[way] = append(took[way], time.Since(start))
			}
		}
	}
	slices.Sort(took[0])
	slices.Sort(took[1])
	return ScopeCost{Read: read.name, Bare: took[0][rounds/2], Scoped: took[1][rounds/2]}, nil
}

func (db *DB) costSample(ctx context.Context) (sample []sampled, err error) {
	goods := map[retail.StoreID][]int64{}
	err = db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(db.query("some_orders"), costOrders).Query(func(rows pgx.Rows) error {
			var at sampled
			_, err := pgx.ForEachRow(rows, []any{&at.order, &at.store}, func() error {
				sample, goods[at.store] = append(sample, at), nil
				return nil
			})
			return err
		})
	})
	if err == nil && len(sample) == 0 {
		err = errNothingToRead
	}
	if err != nil {
		return nil, err
	}
	err = db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		for store := range goods {
			b.Queue(db.query("some_levels"), store, costLevels).Query(func(rows pgx.Rows) (err error) {
				goods[store], err = pgx.CollectRows(rows, pgx.RowTo[int64])
				return err
			})
		}
	})
	for i := range sample {
		sample[i].skus = goods[sample[i].store]
	}
	return sample, err
}
