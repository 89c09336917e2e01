package live

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Offer is a snapshot with the shelves of its stores: what recommendations are made of. Only the shelves
// change.
type Offer struct {
	*recommend.Snapshot
	// Rules are the merchandisers' wishes about these goods.
	Rules *recommend.Rules
	Goods
	// Epoch rises with each offer.
	Epoch   uint64
	shelves []offered
}

// offered is what one store can sell now, by the snapshot's numbers.
type offered struct {
	mu    sync.Mutex
	bits  recommend.Bits
	epoch atomic.Uint64
}

// Shelf returns what a store can sell now, and how often that has changed. What changes after the call
// raises the count, so that an answer kept under it is not found again.
func (o *Offer) Shelf(store int32) (recommend.Bits, uint64) {
	s := &o.shelves[store]
	return s.bits, s.epoch.Load()
}

// RulesFor compiles the wishes of merchandisers for a snapshot.
type RulesFor func(*recommend.Snapshot) (*recommend.Rules, error)

// Offers holds the offer that answers are made from. A new one is filled beside it and then takes its
// place at once; one that cannot be used changes nothing.
type Offers struct {
	levels *Levels
	rules  RulesFor

	mu sync.Mutex // one offer is filled at a time
	// next is the offer that is being filled: it hears of moves already.
	current, next atomic.Pointer[Offer]

	loads, failed, moves atomic.Int64
	lastError            atomic.Pointer[string]
}

// OfferStats counts what happened.
type OfferStats struct {
	// Version and Model are the snapshot's; 0 and false before the first.
	Version uint64
	Model   bool
	// Loads took the place of the one before, Failed could not be used.
	Loads, Failed int64
	// Moves are goods that came into or went out of stock.
	Moves int64
	// LastError is why one could not be used, "" if none ever was.
	LastError string
}

// NewOffers returns offers whose shelves are derived from levels; rules may be nil.
func NewOffers(levels *Levels, rules RulesFor) *Offers { return &Offers{levels: levels, rules: rules} }

// Current returns the offer to answer from, nil before the first.
func (o *Offers) Current() *Offer { return o.current.Load() }

// Load uses the snapshot of a frame.
func (o *Offers) Load(frame []byte) error {
	s, err := recommend.Decode(frame)
	if err != nil {
		return o.fail(err)
	}
	return o.Use(s)
}

func (o *Offers) fail(err error) error {
	text := err.Error()
	o.failed.Add(1)
	o.lastError.Store(&text)
	return err
}

// Use fills the shelves of a prepared snapshot and answers from it. With 20,000 items and 500 stores that
// takes about a second, during which the one before answers.
func (o *Offers) Use(s *recommend.Snapshot) error { return o.UseWith(s, Goods{}) }

// UseWith is Use with what else is known of the same goods.
func (o *Offers) UseWith(s *recommend.Snapshot, g Goods) error {
	if s == nil {
		return o.fail(errors.New("cannot answer from no snapshot"))
	}
	if g.Shop != nil && (g.Shop.Len() != s.Items.Len() || len(g.Colours) != s.Items.Len()) {
		return o.fail(fmt.Errorf("cannot offer %d goods from a shop of %d", s.Items.Len(), g.Shop.Len()))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	next := &Offer{Snapshot: s, Goods: g, shelves: make([]offered, len(s.Stores.ID)), Epoch: 1}
	if err := o.compile(next); err != nil {
		return o.fail(err)
	}
	if was := o.current.Load(); was != nil {
		next.Epoch = was.Epoch + 1
	}
	for k := range next.shelves {
		next.shelves[k].bits = recommend.NewBits(s.Items.Len())
	}
	// A level is applied before its move is told, and a shelf is always set to what the levels say at
	// that moment: so it does not matter whether the filling or a move comes first.
	o.next.Store(next)
	for k := range next.shelves {
		next.fill(int32(k), o.levels)
	}
	o.current.Store(next)
	o.next.Store(nil)
	o.loads.Add(1)
	return nil
}

// Renew compiles the rules again for the snapshot in use, when merchandisers have changed them.
func (o *Offers) Renew() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	was := o.current.Load()
	if was == nil {
		return nil
	}
	next := &Offer{Snapshot: was.Snapshot, Goods: was.Goods, shelves: was.shelves, Epoch: was.Epoch + 1}
	if err := o.compile(next); err != nil {
		return o.fail(err)
	}
	o.current.Store(next)
	return nil
}

func (o *Offers) compile(next *Offer) (err error) {
	if o.rules == nil {
		return nil
	}
	if next.Rules, err = o.rules(next.Snapshot); err != nil {
		return fmt.Errorf("cannot use the rules with snapshot %d: %w", next.Version, err)
	}
	return nil
}

func (o *Offer) fill(store int32, levels *Levels) {
	s := &o.shelves[store]
	key := retail.StockKey{Store: retail.StoreID(o.Stores.ID[store])}
	var level Level
	s.mu.Lock()
	defer s.mu.Unlock()
	for item, sku := range o.Items.SKU {
		key.SKU = retail.SKUID(sku)
		s.bits.Set(int32(item), levels.Read(key, &level) && level.Available() > 0 &&
			o.Sells(store, int32(item)))
	}
}

// Moved takes a level to the shelves. It must be called after the level was applied.
func (o *Offers) Moved(key retail.StockKey) {
	// The next one first: whoever finds none has either come before the filling, or finds it in its
	// place.
	next, current := o.next.Load(), o.current.Load()
	for _, to := range [...]*Offer{next, current} {
		if to != nil && to.moved(key, o.levels) {
			o.moves.Add(1)
		}
	}
}

func (o *Offer) moved(key retail.StockKey, levels *Levels) bool {
	store, item := o.Store(key.Store), o.Item(key.SKU)
	if store < 0 || item < 0 {
		return false
	}
	s := &o.shelves[store]
	var level Level
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.bits.Set(item, levels.Read(key, &level) && level.Available() > 0 && o.Sells(store, item)) {
		return false
	}
	s.epoch.Add(1)
	return true
}

// Clicked takes a click to the index of visits of the offer in use; it belongs to one goroutine. An offer
// that is being filled does not hear of it: a training knows the visits of weeks and lacks those of a
// second.
func (o *Offers) Clicked(visit uint64, sku retail.SKUID, atS int64) {
	if at := o.current.Load(); at != nil && at.Visits != nil && visit != 0 {
		at.Visits.Click(visit, int64(sku), atS)
	}
}

// Stats returns the counts so far.
func (o *Offers) Stats() OfferStats {
	s := OfferStats{Loads: o.loads.Load(), Failed: o.failed.Load(), Moves: o.moves.Load()}
	if at := o.current.Load(); at != nil {
		s.Version, s.Model = at.Version, at.Snapshot.Model
	}
	if text := o.lastError.Load(); text != nil {
		s.LastError = *text
	}
	return s
}
