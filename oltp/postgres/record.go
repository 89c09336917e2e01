package postgres

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// maxConflicts bounds how often a transaction is repeated because another one was faster.
const maxConflicts = 10

// Orders is the order.Book.
type Orders struct {
	db *DB
	// scratch keeps the parameter buffers of writers between batches.
	scratch sync.Pool
}

// Orders returns the book of orders and stock.
func (db *DB) Orders() *Orders {
	return &Orders{db: db, scratch: sync.Pool{New: func() any { return new(columns) }}}
}

// Record implements order.Book: two round trips, whatever the size of the batch.
func (o *Orders) Record(ctx context.Context, ask *order.Ask, seen *order.Seen,
	decide func() (*order.Effects, error)) error {
	params := o.scratch.Get().(*columns)
	defer o.scratch.Put(params)
	var conflicts, losses int
	for {
		err := o.attempt(ctx, params, ask, seen, decide)
		switch {
		case isRepeatable(err) && conflicts < maxConflicts:
			conflicts++
			continue
		case isLost(err) && losses == 0:
			// A session of a server that was restarted tells so only when it is used. The others are
			// no better, so all begin anew.
			losses++
			o.db.hot.Reset()
			continue
		}
		return explain("record a batch of orders", err)
	}
}

func (o *Orders) attempt(ctx context.Context, params *columns, ask *order.Ask, seen *order.Seen,
	decide func() (*order.Effects, error)) (err error) {
	conn, err := o.db.hot.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	t := transaction{pipe: conn.Conn().PgConn().StartPipeline(ctx), params: params,
		levelPlaces: make(map[retail.StockKey]place, len(ask.Stock)),
		orderPlaces: make(map[retail.OrderID]place, len(ask.Orders))}
	defer func() {
		if closed := t.pipe.Close(); err == nil {
			err = closed
		}
	}()
	seen.Reset()
	t.ask(ask, seen)
	if err := t.finish(); err != nil {
		return t.abandon(err)
	}
	effects, err := decide()
	if err != nil {
		return t.abandon(&undecided{err})
	}
	if effects.Empty() {
		return t.abandon(nil)
	}
	t.write(effects)
	if err := t.finish(); err != nil {
		return t.abandon(err)
	}
	return nil
}

// transaction is a transaction in pipeline mode: statements are queued, and finish sends them and reads
// their answers.
type transaction struct {
	pipe   *pgconn.Pipeline
	params *columns
	// readers take the rows of the queued statements, nil where there are none.
	readers []func(row [][]byte)
	// levelPlaces and orderPlaces are where the locked rows lie.
	levelPlaces map[retail.StockKey]place
	orderPlaces map[retail.OrderID]place
}

// queue appends a prepared statement with the parameters gathered; read, if any, takes its rows.
func (t *transaction) queue(name string, read func(row [][]byte)) {
	t.pipe.SendQueryPrepared(name, t.params.values, binaryFormat, binaryFormat)
	t.readers = append(t.readers, read)
	t.params.reset()
}

// ask queues the reading half. The order of the statements is the order of the locks.
func (t *transaction) ask(a *order.Ask, s *order.Seen) {
	t.params.reset()
	t.queue("BEGIN", nil)
	before := func(name string, keys []order.Key, into *[]order.Before) {
		if len(keys) > 0 {
			t.params.keys(keys)
			t.queue(name, func(row [][]byte) { *into = append(*into, readBefore(row)) })
		}
	}
	before("orders_before", a.OrderKeys, &s.OrdersBefore)
	before("refunds_before", a.RefundKeys, &s.RefundsBefore)
	if len(a.MoveKeys) > 0 {
		t.params.keys(a.MoveKeys)
		t.queue("moves_before", func(row [][]byte) { s.MovesBefore = append(s.MovesBefore, readMove(row)) })
	}
	level := func(row [][]byte) {
		l := readLevel(row[1:])
		t.levelPlaces[l.StockKey] = place(row[0])
		s.Levels = append(s.Levels, l)
	}
	if len(a.Orders) == 0 {
		t.stockKeys(a.Stock)
		t.queue("levels", level)
		return
	}
	ids := make([]int64, len(a.Orders))
	for i, id := range a.Orders {
		ids[i] = int64(id)
	}
	t.params.int8s(ids)
	t.queue("orders", func(row [][]byte) {
		o := readStanding(row[1:])
		t.orderPlaces[o.ID] = place(row[0])
		s.Orders = append(s.Orders, o)
	})
	t.params.int8s(ids)
	t.queue("order_lines", func(row [][]byte) { s.Lines = append(s.Lines, readStandingLine(row)) })
	t.stockKeys(a.Stock)
	t.params.int8s(ids)
	t.queue("levels_with_orders", level)
}

func (t *transaction) stockKeys(keys []retail.StockKey) {
	stores, skus := make([]int32, len(keys)), make([]int64, len(keys))
	for i, k := range keys {
		stores[i], skus[i] = int32(k.Store), int64(k.SKU)
	}
	t.params.int4s(stores)
	t.params.int8s(skus)
}

// write queues the writing half, the commit included.
func (t *transaction) write(e *order.Effects) {
	t.updateLevels(e.Stock)
	t.insertLevels(e.NewStock)
	t.orders(e)
	t.steps(&e.Steps)
	t.refunds(e)
	t.moves(&e.Moves)
	t.params.raw([]byte(event.PacketPrefix))
	t.params.raw(e.Packet)
	t.queue("emit", nil)
	t.queue("COMMIT", nil)
}

// finish sends what is queued and reads the answers; the first error counts, since the server skips
// everything behind it.
func (t *transaction) finish() error {
	defer func() { t.readers = t.readers[:0] }()
	if err := t.pipe.Sync(); err != nil {
		return err
	}
	var first error
	for next := 0; ; {
		results, err := t.pipe.GetResults()
		if err != nil {
			if first == nil {
				first = err
			}
			if sqlState(err) == "" {
				return first // the connection is gone
			}
			continue
		}
		switch r := results.(type) {
		case *pgconn.PipelineSync:
			return first
		case *pgconn.ResultReader:
			read := t.readers[next]
			next++
			for r.NextRow() {
				if read != nil {
					read(r.Values())
				}
			}
			if _, err := r.Close(); err != nil && first == nil {
				first = err
			}
		default:
			return fmt.Errorf("BUG: unexpected answer %T in a pipeline", results)
		}
	}
}

// abandon rolls back and returns the error that led to it.
func (t *transaction) abandon(err error) error {
	if err != nil && isLost(err) {
		return err
	}
	t.params.reset()
	t.queue("ROLLBACK", nil)
	if rolledBack := t.finish(); err == nil {
		return rolledBack
	}
	return err
}
