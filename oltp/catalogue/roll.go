package catalogue

import (
	"context"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/tillstream/tillstream/retail"
)

// roll is the list of all stores, held until one of them changes.
type roll struct {
	mu     sync.Mutex
	stores []*Store
	held   bool
	// changes counts invalidations: what was read before one is not held after it.
	changes uint64
	// flights are the readings under way, by changes.
	flights singleflight.Group
}

const (
	// rollPage is how many stores are read at once.
	rollPage = 1_000
	// rollWithin bounds the reading of all stores, which many may wait for.
	rollWithin = 10 * time.Second
)

// AllStores implements Lookup.
func (d *Directory) AllStores(ctx context.Context) ([]*Store, error) {
	stores, since, held := d.roll.now()
	if held {
		return stores, nil
	}
	flight := d.roll.flights.DoChan(strconv.FormatUint(since, 10), func() (any, error) {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollWithin)
		defer cancel()
		return d.readStores(bounded, since)
	})
	select {
	case r := <-flight:
		stores, _ = r.Val.([]*Store)
		return stores, r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readStores reads all stores, page by page, and holds them unless one has changed meanwhile.
func (d *Directory) readStores(ctx context.Context, since uint64) (stores []*Store, err error) {
	for after, more := "", true; more; {
		page, err := zoned(d.cfg.Source.Stores(ctx, retail.HQScope(), after, rollPage))
		if d.stores.down.Store(err != nil); err != nil {
			return nil, err
		}
		for i := range page {
			stores, after = append(stores, &page[i]), page[i].Code
		}
		more = len(page) == rollPage && len(stores) < d.stores.limit
	}
	d.roll.keep(since, stores)
	return stores, nil
}

func (r *roll) now() ([]*Store, uint64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stores, r.changes, r.held
}

func (r *roll) keep(since uint64, stores []*Store) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes == since {
		r.stores, r.held = stores, true
	}
}

func (r *roll) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stores, r.held = nil, false
	r.changes++
}
