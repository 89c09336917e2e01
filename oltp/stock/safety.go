package stock

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Safety is the safety stock of a SKU at a store: at or below it the store is told that goods run low.
type Safety struct {
	retail.StockKey
	// Qty is 0 for none.
	Qty int32
}

// SafetyBook is where safety stocks are kept. oltp/postgres implements it.
type SafetyBook interface {
	// PutSafeties sets safety stocks, and tells of those that change. tell makes the framed events of
	// those whose stock lies at or below the new line and lay above the old one.
	PutSafeties(ctx context.Context, rows []Safety, tell func(low []Low) ([]byte, error)) error
	// Safeties returns those of some stores; none means all.
	Safeties(ctx context.Context, stores []retail.StoreID) ([]Safety, error)
	// SafetyChanges tells of stores whose safety stocks any instance changed, until ctx or the
	// connection ends; first of a change of all, which is nil.
	SafetyChanges(ctx context.Context, tell func(stores []retail.StoreID)) error
}

// Low is a level that a new safety stock finds too low.
type Low struct {
	retail.StockLevel
	Safety   int32
	Category retail.CategoryID
}

// SafetiesConfig says what Safeties reads.
type SafetiesConfig struct {
	// Book is where they are kept. Required.
	Book SafetyBook
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// Safeties holds every safety stock of the chain in memory, some 50 bytes each, and follows the changes
// of all instances. A change takes effect here at once, elsewhere as soon as its notification arrives.
type Safeties struct {
	cfg    SafetiesConfig
	cancel context.CancelFunc
	done   chan struct{}

	loading sync.Mutex
	stores  atomic.Pointer[map[retail.StoreID]map[retail.SKUID]int32]
}

// OpenSafeties starts to follow the safety stocks. Close ends it.
func OpenSafeties(cfg SafetiesConfig) *Safeties {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Safeties{cfg: cfg, cancel: cancel, done: make(chan struct{})}
	s.stores.Store(&map[retail.StoreID]map[retail.SKUID]int32{})
	go s.follow(ctx)
	return s
}

// Close stops following.
func (s *Safeties) Close() {
	s.cancel()
	<-s.done
}

// Of returns the safety stock of a SKU at a store, 0 where there is none.
func (s *Safeties) Of(key retail.StockKey) int32 {
	return (*s.stores.Load())[key.Store][key.SKU]
}

// Put sets safety stocks.
func (s *Safeties) Put(ctx context.Context, rows []Safety, tell func(low []Low) ([]byte, error)) error {
	if err := s.cfg.Book.PutSafeties(ctx, rows, tell); err != nil {
		return err
	}
	touched := map[retail.StoreID]bool{}
	for _, r := range rows {
		touched[r.Store] = true
	}
	stores := make([]retail.StoreID, 0, len(touched))
	for store := range touched {
		stores = append(stores, store)
	}
	return s.load(ctx, stores)
}

// load reads the safety stocks of some stores, or of all.
func (s *Safeties) load(ctx context.Context, stores []retail.StoreID) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	rows, err := s.cfg.Book.Safeties(ctx, stores)
	if err != nil {
		return err
	}
	next := map[retail.StoreID]map[retail.SKUID]int32{}
	if stores != nil {
		next = maps.Clone(*s.stores.Load())
		for _, store := range stores {
			delete(next, store)
		}
	}
	for _, r := range rows {
		of := next[r.Store]
		if of == nil {
			of = map[retail.SKUID]int32{}
			next[r.Store] = of
		}
		of[r.SKU] = r.Qty
	}
	s.stores.Store(&next)
	return nil
}

// follow listens for changes, and begins again when the connection is lost.
func (s *Safeties) follow(ctx context.Context) {
	defer close(s.done)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := s.cfg.Book.SafetyChanges(ctx, func(stores []retail.StoreID) {
			if err := s.load(ctx, stores); err == nil {
				pause = 100 * time.Millisecond
			} else if ctx.Err() == nil {
				s.cfg.Log.Warn("the safety stocks are out of date", "error", err)
			}
		})
		if ctx.Err() != nil {
			return
		}
		s.cfg.Log.Warn("changes of safety stocks by other instances are late", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// AppendSafety appends the framed SafetyChanged of a safety stock to a packet.
func AppendSafety(packet []byte, key retail.StockKey, qty int32, at *event.StoreTime) ([]byte, error) {
	wire, err := event.Append(nil, &event.SafetyChanged{StoreId: int32(key.Store), SkuId: int64(key.SKU),
		Safety: qty, ChangedAt: at})
	if err != nil {
		return packet, fmt.Errorf("cannot tell of the safety stock of SKU %d: %w", key.SKU, err)
	}
	return event.AppendFrame(packet, event.Frame{Kind: event.KindSafetyChanged, Key: int64(key.Store),
		Wire: wire}), nil
}
