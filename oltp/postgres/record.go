package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

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
	levels  *levels
	recent  *recentKeys
	// looks counts levels that were read because they were not remembered, conflicts the batches that
	// were decided on levels which had changed.
	looks, conflicts atomic.Int64
}

// BookStats tells how well the levels are remembered.
type BookStats struct {
	// Looks are the levels that were read because they were not remembered.
	Looks int64
	// Conflicts are the batches that were decided again because another program had been faster.
	Conflicts int64
}

// Stats returns the counts since the start.
func (o *Orders) Stats() BookStats {
	return BookStats{Looks: o.looks.Load(), Conflicts: o.conflicts.Load()}
}

// Orders returns the book of orders and stock.
func (db *DB) Orders() *Orders {
	return &Orders{db: db, levels: newLevels(db.cfg.KnownLevels), recent: new(recentKeys),
		scratch: sync.Pool{New: func() any {
			return &scratch{places: make(map[retail.StockKey]seenLevel),
				orders: make(map[retail.OrderID]place)}
		}}}
}

// Record implements order.Book: one round trip where the levels are remembered, the keys are new and no
// order is touched, else two, whatever the size of the batch.
func (o *Orders) Record(ctx context.Context, ask *order.Ask, seen *order.Seen,
	decide func() (*order.Effects, error)) error {
	room := o.scratch.Get().(*scratch)
	defer o.scratch.Put(room)
	var conflicts, losses int
	trust := len(ask.Orders) == 0 && len(ask.Papers) == 0 && o.levels.trusted()
	for {
		err := o.attempt(ctx, room, trust, ask, seen, decide)
		if err != nil {
			o.levels.forget(ask.Stock)
		}
		switch {
		case errors.Is(err, errDoubtful):
			trust = false
			continue
		case isRepeatable(err) && conflicts < maxConflicts:
			conflicts++
			o.conflicts.Add(1)
			if trust && sqlState(err) != uniqueViolation {
				o.levels.distrust()
			}
			trust = false
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

// errDoubtful says that a batch refused something for a level that was only remembered.
var errDoubtful = errors.New("a refusal rests on a remembered level")

func (o *Orders) attempt(ctx context.Context, room *scratch, trust bool, ask *order.Ask,
	seen *order.Seen, decide func() (*order.Effects, error)) (err error) {
	conn, err := o.db.hot.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	room.reset()
	t := transaction{pipe: conn.Conn().PgConn().StartPipeline(ctx), scratch: room}
	defer func() {
		if closed := t.pipe.Close(); err == nil {
			err = closed
		}
	}()
	seen.Reset()
	keys := ask.OrderKeys
	if trust {
		room.known = o.recent.known(keys, room.known[:0])
		keys = room.known
	}
	if t.ask(ask, seen, keys, trust, o.recall(trust, room, ask, seen)); t.asks {
		if err := t.finish(); err != nil {
			return t.abandon(err)
		}
	}
	effects, err := decide()
	switch {
	case err != nil:
		return t.abandon(&undecided{err})
	case trust && effects.Doubtful:
		return t.abandon(errDoubtful)
	case effects.Empty():
		return t.abandon(nil)
	}
	t.write(effects)
	if err := t.finish(); err != nil {
		return t.abandon(err)
	}
	o.remember(&t, effects)
	o.recent.note(ask.OrderKeys)
	return nil
}

// recall fills seen with the levels that are remembered and returns the keys of the others.
func (o *Orders) recall(trust bool, room *scratch, ask *order.Ask, seen *order.Seen) []retail.StockKey {
	if !trust {
		o.looks.Add(int64(len(ask.Stock)))
		return ask.Stock
	}
	missing := room.missing[:0]
	for _, key := range ask.Stock {
		k, ok := o.levels.find(key)
		if !ok {
			missing = append(missing, key)
			continue
		}
		room.places[key] = seenLevel{k.place, k.version}
		seen.Levels = append(seen.Levels, retail.StockLevel{StockKey: key, OnHand: k.onHand,
			Reserved: k.reserved, Version: k.version})
	}
	room.missing = missing
	o.looks.Add(int64(len(missing)))
	return missing
}

// remember keeps the levels that a batch has left behind.
func (o *Orders) remember(t *transaction, e *order.Effects) {
	for i, n := range t.moved {
		l := &e.Stock[n]
		o.levels.keep(l.StockKey, knownLevel{version: l.Version, onHand: l.OnHand, reserved: l.Reserved,
			place: t.movedTo[i]})
	}
}

// scratch is the memory of one batch, reused by the next.
type scratch struct {
	columns
	// places are where the levels lie that the batch was decided on, and their versions.
	places map[retail.StockKey]seenLevel
	orders map[retail.OrderID]place
	// missing are the levels that had to be read, known the keys of orders that may not be new.
	missing []retail.StockKey
	known   []order.Key
	// moved are levels by their index in Effects.Stock, movedTo where they lie now.
	moved   []int32
	movedTo []place
	// levelRows are the levels of the statement being built.
	levelRows levelRows
}

type seenLevel struct {
	place   place
	version int64
}

func (s *scratch) reset() {
	s.columns.reset()
	clear(s.places)
	clear(s.orders)
	s.moved, s.movedTo = s.moved[:0], s.movedTo[:0]
}

// transaction is a transaction in pipeline mode: statements are queued, and finish sends them and reads
// their answers.
type transaction struct {
	*scratch
	pipe *pgconn.Pipeline
	// readers take the rows of the queued statements, nil where there are none.
	readers []func(row [][]byte)
	// asks says that something queued has an answer which the batch waits for.
	asks bool
}

// queue appends a prepared statement with the parameters gathered; read, if any, takes its rows.
func (t *transaction) queue(name string, read func(row [][]byte)) {
	t.pipe.SendQueryPrepared(name, t.values, binaryFormat, binaryFormat)
	t.readers = append(t.readers, read)
	t.columns.reset()
}

// ask queues the reading half; keys are those of orders to look up, levels those to read. The order of the
// statements is the order of the locks. A batch that touches orders or documents locks what it sees, since
// those rest on levels that they do not change; so does one that does not trust what is remembered.
func (t *transaction) ask(a *order.Ask, s *order.Seen, keys []order.Key, trust bool,
	levels []retail.StockKey) {
	t.columns.reset()
	t.queue("BEGIN", nil)
	t.askPapers(a.Papers, s)
	before := func(name string, keys []order.Key, into *[]order.Before) {
		if len(keys) > 0 {
			t.keys(keys)
			t.read(name, func(row [][]byte) { *into = append(*into, readBefore(row)) })
		}
	}
	before("orders_before", keys, &s.OrdersBefore)
	before("refunds_before", a.RefundKeys, &s.RefundsBefore)
	if len(a.MoveKeys) > 0 {
		t.keys(a.MoveKeys)
		t.read("moves_before", func(row [][]byte) { s.MovesBefore = append(s.MovesBefore, readMove(row)) })
	}
	level := func(row [][]byte) {
		l := readLevel(row[1:])
		t.places[l.StockKey] = seenLevel{place(row[0]), l.Version}
		s.Levels = append(s.Levels, l)
	}
	switch {
	case len(a.Orders) > 0:
		t.askOrders(a, s, level)
	case len(levels) > 0 && trust:
		t.stockKeys(levels)
		t.read("levels_seen", level)
	case len(levels) > 0:
		t.stockKeys(levels)
		t.read("levels", level)
	}
}

func (t *transaction) askOrders(a *order.Ask, s *order.Seen, level func(row [][]byte)) {
	ids := make([]int64, len(a.Orders))
	for i, id := range a.Orders {
		ids[i] = int64(id)
	}
	t.int8s(ids)
	t.read("orders", func(row [][]byte) {
		o := readStanding(row[1:])
		t.orders[o.ID] = place(row[0])
		s.Orders = append(s.Orders, o)
	})
	t.int8s(ids)
	t.read("order_lines", func(row [][]byte) { s.Lines = append(s.Lines, readStandingLine(row)) })
	t.stockKeys(a.Stock)
	t.int8s(ids)
	t.read("levels_with_orders", level)
}

// read queues a statement whose rows the batch waits for.
func (t *transaction) read(name string, row func([][]byte)) {
	t.asks = true
	t.queue(name, row)
}

func (t *transaction) stockKeys(keys []retail.StockKey) {
	stores, skus := make([]int32, len(keys)), make([]int64, len(keys))
	for i, k := range keys {
		stores[i], skus[i] = int32(k.Store), int64(k.SKU)
	}
	t.int4s(stores)
	t.int8s(skus)
}

// write queues the writing half, the commit included.
func (t *transaction) write(e *order.Effects) {
	t.updateLevels(e.Stock)
	t.insertLevels(e.NewStock)
	t.orderRows(e)
	t.steps(&e.Steps)
	t.grants(&e.Grants)
	t.refunds(e)
	t.routing(&e.Routing, &e.Replaced)
	t.owed(&e.Refunds)
	t.moves(&e.Moves)
	t.book(e.Papers)
	t.raw([]byte(event.PacketPrefix))
	t.raw(e.Packet)
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
	t.columns.reset()
	t.queue("ROLLBACK", nil)
	if rolledBack := t.finish(); err == nil {
		return rolledBack
	}
	return err
}
