package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// Record is a stored decision.
type Record struct {
	Order, Group, From retail.OrderID
	Store              retail.StoreID
	DistanceMetres     int32
	// Decision is a routing.Decision as JSON.
	Decision string
	// Delivery is sealed for the owner.
	OwnerKind int16
	Owner     int64
	Delivery  []byte
}

// Member is one order of a cart.
type Member struct {
	Order, From     retail.OrderID
	Store           retail.StoreID
	State           retail.OrderState
	Gross, Discount retail.Money
	// Declined says that the store sent the order back.
	Declined bool
}

// Book knows what stores have and do, and keeps decisions; oltp/postgres implements it. Decisions are
// written by the intake, together with their orders.
type Book interface {
	// Available returns the levels of the SKUs at the stores.
	Available(ctx context.Context, stores []retail.StoreID, skus []retail.SKUID) ([]retail.StockLevel, error)
	// Loads tells how many orders each store was given in the last hour.
	Loads(ctx context.Context) (map[retail.StoreID]int32, error)
	// Decision returns the decision behind an order that the scope sees, or ErrNotRouted.
	Decision(ctx context.Context, scope retail.Scope, id retail.OrderID) (*Record, error)
	// ByKey finds the order that was recorded under a key.
	ByKey(ctx context.Context, key order.Key) (before order.Before, found bool, err error)
	// Group lists the orders of a cart.
	Group(ctx context.Context, group retail.OrderID) ([]Member, error)
	// Keep keeps where the goods of an order go that named its store, unless that is kept already.
	Keep(ctx context.Context, id retail.OrderID, store retail.StoreID, s Sealed) error
	// Sealed finds where the goods of an order go, or ErrNoDelivery.
	Sealed(ctx context.Context, id retail.OrderID) (Sealed, error)
}

// Intake places and moves orders; *order.Writers does.
type Intake interface {
	PlaceAll(ctx context.Context, parts []order.Request) []order.Result
	Reroute(ctx context.Context, m order.Move) order.Result
}

// Vault seals and opens; *vault.Vault does.
type Vault interface {
	Seal(ctx context.Context, o vault.Owner, field string, plain []byte) ([]byte, error)
	Open(ctx context.Context, o vault.Owner, field string, sealed []byte) ([]byte, error)
}

// ErrNotRouted says that an order named its store.
var ErrNotRouted = errors.New("the order was given to its store by name")

// Unserved says that no stores can serve an order, and why.
type Unserved struct{ routing.Decision }

func (u *Unserved) Error() string { return "no store can serve the order" }

// Config is what a Desk needs.
type Config struct {
	Book   Book
	Intake Intake
	Orders order.Reader
	// Stores lists the chain's stores, and Catalogue knows their time zones.
	Stores    catalogue.Lister
	Catalogue order.Catalogue
	Vault     Vault
	// Rules are those of the chain.
	Rules routing.Config
	// Sells tells whether a store sells a SKU now. Default: every store sells everything.
	Sells func(retail.StoreID, retail.SKUID) bool
	// Price is what a store asks for one of a SKU now, when that is not the chain's price. Default: no store
	// has prices of its own.
	Price func(retail.StoreID, retail.SKUID) (price retail.Money, own bool)
	// Spread says that a promotion runs, in which load counts more than distance.
	Spread func() bool
	// StoresFor is how long the list of stores is used. Default 10 s.
	StoresFor time.Duration
	// Attempts bounds how often another decision is tried when goods have just gone. Default 5.
	Attempts int
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// Desk chooses stores.
type Desk struct {
	cfg Config

	mu     sync.Mutex
	stores []retail.Store
	until  time.Time
}

// New returns a desk.
func New(cfg Config) *Desk {
	if cfg.StoresFor <= 0 {
		cfg.StoresFor = 10 * time.Second
	}
	if cfg.Attempts <= 0 {
		cfg.Attempts = 5
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Sells == nil {
		cfg.Sells = func(retail.StoreID, retail.SKUID) bool { return true }
	}
	if cfg.Spread == nil {
		cfg.Spread = func() bool { return false }
	}
	return &Desk{cfg: cfg}
}

// Delivery is where goods go and to whom. It is personal.
type Delivery struct {
	Destination *retail.Point `json:"destination,omitempty"`
	Name        string        `json:"name,omitempty"`
	Phone       string        `json:"phone,omitempty"`
	Address     string        `json:"address,omitempty"`
}

// field is the name under which deliveries are sealed.
const field = "delivery"

// activeStores lists the stores that trade.
func (d *Desk) activeStores(ctx context.Context) ([]retail.Store, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cfg.Now().Before(d.until) {
		return d.stores, nil
	}
	const page = 1_000
	var all []retail.Store
	for after := ""; ; {
		rows, err := d.cfg.Stores.Stores(ctx, retail.HQScope(), after, page)
		if err != nil {
			return nil, fmt.Errorf("cannot list the stores: %w", err)
		}
		for i := range rows {
			if after = rows[i].Code; rows[i].Active {
				all = append(all, rows[i])
			}
		}
		if len(rows) < page {
			break
		}
	}
	d.stores, d.until = all, d.cfg.Now().Add(d.cfg.StoresFor)
	return all, nil
}

// candidates are the stores that might serve the lines, as they stand now.
func (d *Desk) candidates(ctx context.Context, serves func(retail.StoreID) bool, lines []routing.Line) (
	[]routing.Candidate, error) {
	stores, err := d.activeStores(ctx)
	if err != nil {
		return nil, err
	}
	var out []routing.Candidate
	var ids []retail.StoreID
	now := d.cfg.Now()
	const days = 4 // the longest that an order waits for its store to open
	for i := range stores {
		s := &stores[i]
		zoned, ok := d.cfg.Catalogue.StoreByID(s.ID)
		if !ok || !serves(s.ID) {
			continue
		}
		ids = append(ids, s.ID)
		out = append(out, routing.Candidate{Store: s.ID, Location: s.Location, Services: s.Services,
			RadiusMetres: s.RadiusMetres, CapacityPerHour: s.CapacityPerHour,
			Open: s.OpenFrom(now, zoned.Zone, days), Available: map[retail.SKUID]int32{}})
	}
	return out, d.fill(ctx, out, ids, lines)
}

// fill tells of each candidate what it has and what it does.
func (d *Desk) fill(ctx context.Context, out []routing.Candidate, ids []retail.StoreID,
	lines []routing.Line) error {
	var skus []retail.SKUID
	for _, l := range lines {
		skus = append(skus, l.SKU)
	}
	levels, err := d.cfg.Book.Available(ctx, ids, skus)
	if err != nil {
		return err
	}
	loads, err := d.cfg.Book.Loads(ctx)
	if err != nil {
		return err
	}
	at := make(map[retail.StoreID]int, len(out))
	for i := range out {
		at[out[i].Store] = i
		out[i].Load = loads[out[i].Store]
	}
	for _, l := range levels {
		if d.cfg.Sells(l.Store, l.SKU) {
			out[at[l.Store]].Available[l.SKU] = l.Available()
		}
	}
	return nil
}

func encode(decision *routing.Decision) ([]byte, error) {
	text, err := json.Marshal(decision)
	if err != nil {
		return nil, fmt.Errorf("cannot write a routing decision: %w", err)
	}
	return text, nil
}
