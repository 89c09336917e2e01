package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// The chain that trades: few goods in few stores, so that orders meet each other.
const (
	tills      = 4
	storeCount = 4
	skuCount   = 25
	// usualGap is the mean pause of a till between two customers; in a burst it is a tenth.
	usualGap = 60 * time.Millisecond
	burst    = 10
	// One of so many orders is refunded, and one is sent again after it was answered.
	refundOneOf = 20
	repeatOneOf = 25
)

// load is the tills and the book of what they were promised. Each order is sent under its key until it is
// answered, so that in the end every one of them was accepted, once.
type load struct {
	client *client.Client
	seed   uint64
	// speed is how many times the usual rate the tills trade.
	speed atomic.Int64

	mu   sync.Mutex
	book book
	// held is closed when the tills may go on; nil while they trade.
	held chan struct{}
	// waiting are those who want to know of the next acceptance.
	waiting []*acceptance
	// watches measure how long orders stand still.
	watches []*stall
	// busy counts tills with a customer; idle is signalled when it falls to 0.
	busy int
	idle *sync.Cond
}

// book is what the tills were promised.
type book struct {
	orders, refunds ledgerSide
}

// ledgerSide holds the amount of each document by its number.
type ledgerSide map[int64]retail.Money

// net is what was sold, less what was given back.
func (b *book) net() (sum retail.Money) {
	for _, m := range b.orders {
		sum += m
	}
	for _, m := range b.refunds {
		sum -= m
	}
	return sum
}

// stall is the longest time without an acceptance of an order that was sent since a moment.
type stall struct {
	since, last time.Time
	longest     time.Duration
}

// acceptance tells when an order was accepted that had been sent after a moment.
type acceptance struct {
	since time.Time
	at    chan time.Time
}

func newLoad(address, token string, seed uint64) *load {
	l := &load{seed: seed, book: book{ledgerSide{}, ledgerSide{}},
		client: &client.Client{BaseURL: address, Token: token, Attempts: 1,
			HTTP: &http.Client{Timeout: attemptWithin,
				Transport: &http.Transport{MaxIdleConnsPerHost: tills, MaxConnsPerHost: 4 * tills}}}}
	l.idle = sync.NewCond(&l.mu)
	l.speed.Store(1)
	return l
}

func store(i int) string { return fmt.Sprintf("S%d", i) }
func sku(i int) string   { return fmt.Sprintf("K%02d", i) }

// furnish opens the stores and fills their shelves.
func (l *load) furnish(ctx context.Context) error {
	c := *l.client
	c.Attempts = 8
	stores, goods := make([]wire.Store, storeCount), make([]wire.Product, skuCount)
	for i := range stores {
		stores[i] = wire.Store{Code: store(i), Region: "R", Simulated: true}
	}
	var moves []wire.StockMove
	for i := range goods {
		goods[i] = wire.Product{Code: sku(i), Price: retail.Money(990 + 10*i), Cost: 500, Category: "C",
			Simulated: true}
		for s := range stores {
			moves = append(moves, wire.StockMove{Key: store(s) + sku(i), Store: store(s), SKU: sku(i),
				Kind: "receive", Qty: 1_000_000})
		}
	}
	if _, err := c.PutRegions(ctx, []wire.Region{{Code: "R"}}); err != nil {
		return err
	}
	if _, err := c.PutCategories(ctx, []wire.Category{{Code: "C"}}); err != nil {
		return err
	}
	if _, err := c.PutStores(ctx, stores); err != nil {
		return err
	}
	if _, err := c.PutProducts(ctx, goods); err != nil {
		return err
	}
	rows, err := c.MoveStock(ctx, moves)
	if i := slices.IndexFunc(rows, func(r wire.StockRow) bool { return r.Problem != nil }); i >= 0 {
		return rows[i].Problem
	}
	return err
}

// run trades until ctx ends. It fails when the service refuses an order or forgets one.
func (l *load) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range tills {
		t := &till{load: l, no: i, chance: rand.New(rand.NewPCG(l.seed, uint64(i)+1<<32))}
		g.Go(func() error { return t.run(ctx) })
	}
	err := g.Wait()
	if ctx.Err() != nil && err == nil {
		return nil
	}
	return err
}

// hold stops the tills, lets each finish with its customer, and returns when all are idle.
func (l *load) hold(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.idle.Broadcast()
	})
	defer stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = make(chan struct{})
	}
	for l.busy > 0 {
		if ctx.Err() != nil {
			return fmt.Errorf("%d tills wait for an answer for too long: %w", l.busy, ctx.Err())
		}
		l.idle.Wait()
	}
	return nil
}

// release lets the tills trade.
func (l *load) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

// enter waits until tills may trade and marks one as busy; it returns false when ctx ends first.
func (l *load) enter(ctx context.Context) bool {
	for ctx.Err() == nil {
		l.mu.Lock()
		held := l.held
		if held == nil {
			l.busy++
			l.mu.Unlock()
			return true
		}
		l.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-held:
		}
	}
	return false
}

func (l *load) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy--; l.busy == 0 {
		l.idle.Broadcast()
	}
}

// note enters an answer into the book; begun is when the attempt was sent that was answered.
func (l *load) note(into ledgerSide, key string, begun time.Time, p *wire.Placed) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, there := into[p.ID]; there {
		return fmt.Errorf("document %d was promised under %s and under another key before", p.ID, key)
	}
	into[p.ID] = p.Net
	now := time.Now()
	for _, w := range l.watches {
		if begun.After(w.since) {
			w.longest, w.last = max(w.longest, now.Sub(w.last)), now
		}
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(w *acceptance) bool {
		if !begun.After(w.since) {
			return false
		}
		w.at <- now
		return true
	})
	return nil
}

// accepted waits until an order is accepted that was sent after the moment, and returns how long after it
// that was.
func (l *load) accepted(ctx context.Context, since time.Time) (time.Duration, error) {
	w := &acceptance{since, make(chan time.Time, 1)}
	l.mu.Lock()
	l.waiting = append(l.waiting, w)
	l.mu.Unlock()
	select {
	case at := <-w.at:
		return at.Sub(since), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("no order was accepted for %s: %w", time.Since(since), ctx.Err())
	}
}

// watch measures from the moment on how long orders stand still, until end is called.
func (l *load) watch(since time.Time) (end func() time.Duration) {
	w := &stall{since: since, last: since}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watches = append(l.watches, w)
	return func() time.Duration {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.watches = slices.DeleteFunc(l.watches, func(o *stall) bool { return o == w })
		return w.longest
	}
}

// totals sums the book as it stands.
func (l *load) totals() (orders, refunds int64, net retail.Money) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.book.orders)), int64(len(l.book.refunds)), l.book.net()
}
