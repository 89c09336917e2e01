package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Assortment is what one store does apart from selling every SKU at the SKU's own price.
type Assortment struct {
	Store retail.StoreID
	rows  map[retail.SKUID]retail.Listing
}

// NewAssortment gathers the listings of a store.
func NewAssortment(store retail.StoreID, listings ...retail.Listing) Assortment {
	a := Assortment{Store: store}
	for _, l := range listings {
		if a.rows == nil {
			a.rows = make(map[retail.SKUID]retail.Listing, len(listings))
		}
		a.rows[l.SKU] = l
	}
	return a
}

// Empty reports whether the store sells everything at the SKUs' own prices.
func (a *Assortment) Empty() bool { return a == nil || len(a.rows) == 0 }

// Listings lists what it holds in ascending order of SKU.
func (a *Assortment) Listings() []retail.Listing {
	return slices.SortedFunc(maps.Values(a.rows), func(x, y retail.Listing) int {
		return cmp.Compare(x.SKU, y.SKU)
	})
}

// At finds the listing of a SKU that holds at t.
func (a *Assortment) At(sku retail.SKUID, t time.Time) (retail.Listing, bool) {
	if a.Empty() {
		return retail.Listing{}, false
	}
	l, ok := a.rows[sku]
	return l, ok && l.Holds(t)
}

// Offer is a SKU with what it costs at a store.
type Offer struct {
	retail.SKU
	// Price is what the store asks; Own says that it is the store's own price.
	Price retail.Money
	Own   bool
}

// Shelves keeps what stores sell and for how much.
type Shelves interface {
	// PutListings merges listings by store and SKU. The stores are within the scope.
	PutListings(ctx context.Context, scope retail.Scope, rows []retail.Listing) ([]Result, error)
	// Offers lists what a store sells through a channel at an instant, in ascending order of code.
	Offers(ctx context.Context, store retail.StoreID, through retail.Channel, at time.Time, after string,
		limit int) ([]Offer, error)
}

// CheckListing says which rule a listing breaks.
func CheckListing(l *retail.Listing) error {
	var c check
	c.rule(l.Store > 0, "store", fmt.Sprint(l.Store), "is no store")
	c.rule(l.SKU > 0, "sku", fmt.Sprint(l.SKU), "is no SKU")
	c.amount("price", l.Price)
	c.rule(l.Listed || !l.Priced, "price", l.Price.String(), "is that of something that is not sold")
	c.window("until", "", l.Window)
	return c.err
}

// Assortment implements Lookup.
func (d *Directory) Assortment(store retail.StoreID) (*Assortment, bool) {
	return d.assortments.findID(int64(store))
}

// openAssortments makes the table of what stores sell; the rows of one store count as one row.
func (d *Directory) openAssortments() {
	src := d.cfg.Source
	d.assortments = table[Assortment]{
		limit: orDefault(d.cfg.MaxStores, 100_000), now: d.cfg.Now,
		code:  func(a *Assortment) string { return strconv.Itoa(int(a.Store)) },
		id:    func(a *Assortment) int64 { return int64(a.Store) },
		byIDs: src.AssortmentsByStore,
	}
	d.assortments.open()
}

// fetchAssortments loads what is not held of stores, which are.
func (d *Directory) fetchAssortments(ctx context.Context, stores []string) error {
	var missing []int64
	seen := make(map[int64]bool)
	for _, code := range stores {
		s, ok := d.stores.find(code)
		if !ok || seen[int64(s.ID)] || d.assortments.holds(int64(s.ID)) {
			continue
		}
		seen[int64(s.ID)] = true
		missing = append(missing, int64(s.ID))
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := d.assortments.fetchIDs(ctx, missing)
	return err
}

// PutListings implements Shelves.
func (d *Directory) PutListings(ctx context.Context, scope retail.Scope, rows []retail.Listing) (
	[]Result, error) {
	results, err := d.cfg.Shelves.PutListings(ctx, scope, rows)
	var stores []int64
	for i, r := range results {
		if r.Outcome == Created || r.Outcome == Updated {
			stores = append(stores, int64(rows[i].Store))
		}
	}
	if len(stores) > 0 {
		d.assortments.forget(stores)
	}
	return results, err
}

// Offers implements Shelves.
func (d *Directory) Offers(ctx context.Context, store retail.StoreID, through retail.Channel, at time.Time,
	after string, limit int) ([]Offer, error) {
	return d.cfg.Shelves.Offers(ctx, store, through, at, after, limit)
}
