package postgres

import (
	"context"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tillstream/tillstream/retail"
)

const (
	// levelShards is how many locks the levels are spread over. A store's levels share one, and a
	// writer has stores of its own, so that writers seldom meet.
	levelShards = 64
	// distrustFor is how long batches read and lock the levels of the stores after another program has
	// been faster: two services that sell the same hot SKU would else undo each other's batches.
	distrustFor = time.Second
)

// levels remembers what the shelves held after this program's last look or write, and where their rows
// lie, so that a batch can be decided without reading first. It is never the source of truth: a batch
// that was decided on it commits only if every row still has the version that was remembered.
type levels struct {
	// limit bounds the levels of one shard.
	limit  int
	shards [levelShards]levelShard
	// distrusted is until when nothing is taken from memory, in nanoseconds since 1970.
	distrusted atomic.Int64
}

type levelShard struct {
	mu    sync.Mutex
	known map[retail.StockKey]knownLevel
}

// knownLevel is a level and where its row lies.
type knownLevel struct {
	version          int64
	onHand, reserved int32
	place            place
}

func newLevels(limit int) *levels {
	l := &levels{limit: max(1, limit/levelShards)}
	for i := range l.shards {
		l.shards[i].known = make(map[retail.StockKey]knownLevel)
	}
	return l
}

func (l *levels) shard(store retail.StoreID) *levelShard {
	return &l.shards[uint32(store)%levelShards]
}

// trusted reports whether a batch may be decided on what is remembered.
func (l *levels) trusted() bool { return time.Now().UnixNano() >= l.distrusted.Load() }

// distrust makes the next batches read.
func (l *levels) distrust() { l.distrusted.Store(time.Now().Add(distrustFor).UnixNano()) }

func (l *levels) find(key retail.StockKey) (knownLevel, bool) {
	s := l.shard(key.Store)
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.known[key]
	return k, ok
}

// keep remembers a level. When a shard is full, some other level goes: whichever the map yields first.
func (l *levels) keep(key retail.StockKey, k knownLevel) {
	s := l.shard(key.Store)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.known[key]; !ok && len(s.known) >= l.limit {
		for other := range s.known {
			delete(s.known, other)
			break
		}
	}
	s.known[key] = k
}

// forget drops levels, whose rows may have changed.
func (l *levels) forget(keys []retail.StockKey) {
	for _, key := range keys {
		s := l.shard(key.Store)
		s.mu.Lock()
		delete(s.known, key)
		s.mu.Unlock()
	}
}

// learn remembers a level that was read while others may have been written.
func (l *levels) learn(key retail.StockKey, k knownLevel) {
	s := l.shard(key.Store)
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ok := s.known[key]
	if ok && now.version >= k.version || !ok && len(s.known) >= l.limit {
		return
	}
	s.known[key] = k
}

// Learn reads all levels, so that a service which has just started decides as fast as one that has been
// trading for long, and returns how many it remembers. Orders need not wait for it.
func (o *Orders) Learn(ctx context.Context) (int, error) {
	n := 0
	err := o.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(o.db.query("levels_all"), o.db.cfg.KnownLevels).Query(func(rows pgx.Rows) error {
			var at pgtype.TID
			var key retail.StockKey
			var k knownLevel
			into := []any{&at, &key.Store, &key.SKU, &k.onHand, &k.reserved, &k.version}
			_, err := pgx.ForEachRow(rows, into, func() error {
				binary.BigEndian.PutUint32(k.place[:], at.BlockNumber)
				binary.BigEndian.PutUint16(k.place[4:], at.OffsetNumber)
				o.levels.learn(key, k)
				n++
				return nil
			})
			return err
		})
	})
	return n, explain("read the stock levels", err)
}
