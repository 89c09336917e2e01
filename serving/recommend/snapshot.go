package recommend

import (
	"errors"
	"fmt"
	"math"

	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/retail"
)

// Items are the goods by column; an item is its number, 0 … n-1.
type Items struct {
	// SKU is the chain's own number of each, above 0.
	SKU []int64
	// Category, Brand and Style are numbers of their tables, -1 for none. Styles are numbers alone.
	Category, Brand, Style []int32
	PriceFen               []int64
	// Tags has bit t for each retail.Tag t that holds.
	Tags  []uint8
	Flags []uint8
	// Code, Name and NameEN are what answers show.
	Code, Name, NameEN []string
}

// The flags of an item.
const (
	Active     = 1 << iota // is sold at all
	OnlineOnly             // is not sold at tills
	OffSeason              // is sold at tills alone
)

// Len is how many items there are.
func (i *Items) Len() int { return len(i.SKU) }

// Categories are numbered so that the subtree of c is c … End[c]-1: a filter by category is two
// comparisons.
type Categories struct {
	Code []string
	End  []int32
}

// Stores are the stores by column; a store is its number, 0 … n-1.
type Stores struct {
	ID                  []int32
	Latitude, Longitude []float64
	// Services that nobody has said anything about are all of them.
	Services     []uint8
	RadiusMetres []int32
}

// NotSold is the price of what a store does not sell.
const NotSold = -1

// Prices are those that stores set themselves: row s owns the entries Start[s] … Start[s+1]-1, ascending
// by item. The zero value has none.
type Prices struct {
	Start []uint32
	Item  []int32
	Fen   []int64
}

// Purchases are what members own already: row m owns the entries Start[m] … Start[m+1]-1.
type Purchases struct {
	Start []uint32
	Item  []int32
}

// Snapshot is what the models learnt of one chain, in numbers that rank without a look-up. It is filled
// by column, then Prepare checks it, and from then on it is never changed: any number of goroutines read
// it. Tables that no model filled stay empty; the ladder goes past them.
type Snapshot struct {
	// Version tells snapshots apart; Model is false for one that holds the catalogue alone.
	Version uint64
	Model   bool
	// MadeS is when it was made, in seconds since 1970: with a model, when that was.
	MadeS int64

	Items      Items
	Categories Categories
	Brands     []string
	Stores     Stores
	Prices     Prices

	// Neighbours has a row for each item: what goes with it.
	Neighbours Edges
	// Members are the ids of members with a row in Personal and Owned.
	Members  []int64
	Personal Edges
	Owned    Purchases
	// HourSlots is how many equal parts the day has in the lists of what sells: row store·HourSlots +
	// slot of Here, row slot of Chain.
	HourSlots   int32
	Here, Chain Edges
	// Newest lists all items, the newest first.
	Newest []int32
	// Rules say what goes with several goods at once, Visits what is looked at after several, Likes what
	// members like who came after the training; nil without. All name goods by SKU.
	Rules  *rule.Set
	Visits *Visits
	Likes  *Likes

	skus, members, stores ids
	brands, categories    map[string]int32

	byCategory, byBrand, byTag aisles
	combos                     combos
	seen, liked                joint
}

// Limits of a snapshot: beyond them a number would not fit, or one list would fill the memory.
const (
	MaxItems   = 1 << 22
	MaxMembers = 1 << 26
	MaxStores  = 1 << 17
)

// Prepare checks every number that ranking relies on and makes the look-up tables.
func (s *Snapshot) Prepare() error {
	for _, check := range []func() error{s.checkItems, s.checkStores, s.checkLists} {
		if err := check(); err != nil {
			return fmt.Errorf("cannot use snapshot %d: %w", s.Version, err)
		}
	}
	s.skus, s.members = newIDs(s.Items.SKU), newIDs(s.Members)
	stores := make([]int64, len(s.Stores.ID))
	for i, id := range s.Stores.ID {
		stores[i] = int64(id)
	}
	s.stores = newIDs(stores)
	s.brands, s.categories = number(s.Brands), number(s.Categories.Code)
	s.index()
	s.combine()
	s.meet()
	return nil
}

func number(texts []string) map[string]int32 {
	at := make(map[string]int32, len(texts))
	for i, text := range texts {
		at[text] = int32(i)
	}
	return at
}

func (s *Snapshot) checkItems() error {
	n, i := s.Items.Len(), &s.Items
	if n > MaxItems {
		return fmt.Errorf("%d items, at most %d", n, MaxItems)
	}
	for _, column := range []int{len(i.Category), len(i.Brand), len(i.Style), len(i.PriceFen), len(i.Tags),
		len(i.Flags), len(i.Code), len(i.Name), len(i.NameEN)} {
		if column != n {
			return fmt.Errorf("a column of the items has %d entries of %d", column, n)
		}
	}
	if len(s.Categories.End) != len(s.Categories.Code) {
		return errors.New("categories have codes and ends of different lengths")
	}
	var open []int32 // the ends of the categories that c lies in
	for c, end := range s.Categories.End {
		for len(open) > 0 && int(open[len(open)-1]) <= c {
			open = open[:len(open)-1]
		}
		outside := len(s.Categories.End)
		if len(open) > 0 {
			outside = int(open[len(open)-1])
		}
		open = append(open, end)
		if int(end) <= c || int(end) > outside || len(open) > retail.MaxCategoryDepth {
			return fmt.Errorf("category %d ends at %d, that above it at %d; %d deep", c, end, outside,
				len(open))
		}
	}
	for k := range n {
		if i.SKU[k] <= 0 || int(i.Category[k]) >= len(s.Categories.Code) ||
			int(i.Brand[k]) >= len(s.Brands) {
			return fmt.Errorf("item %d: SKU %d, category %d, brand %d", k, i.SKU[k], i.Category[k],
				i.Brand[k])
		}
	}
	return nil
}

func (s *Snapshot) checkStores() error {
	n, p := len(s.Stores.ID), &s.Prices
	if n > MaxStores || len(s.Stores.Latitude) != n || len(s.Stores.Longitude) != n ||
		len(s.Stores.Services) != n || len(s.Stores.RadiusMetres) != n {
		return fmt.Errorf("a column of the stores has not %d entries, or they are more than %d", n, MaxStores)
	}
	for i, id := range s.Stores.ID {
		if id <= 0 || math.IsNaN(s.Stores.Latitude[i]+s.Stores.Longitude[i]) {
			return fmt.Errorf("store %d has the number %d", i, id)
		}
	}
	if len(p.Start) != 0 && len(p.Start) != n+1 || len(p.Item) != len(p.Fen) {
		return fmt.Errorf("prices of stores have %d rows, want %d", len(p.Start)-1, n)
	}
	return errors.Join(checkStart("prices of stores", p.Start, len(p.Item)), s.checkItemsOf("prices", p.Item))
}

func (s *Snapshot) checkItemsOf(name string, items []int32) error {
	for i, item := range items {
		if item < 0 || int(item) >= s.Items.Len() {
			return fmt.Errorf("%s: entry %d names item %d of %d", name, i, item, s.Items.Len())
		}
	}
	return nil
}

// checkNewest bounds the lists that are made of the newest goods.
func (s *Snapshot) checkNewest() error {
	if len(s.Newest) > s.Items.Len() {
		return fmt.Errorf("newest: %d entries of %d items", len(s.Newest), s.Items.Len())
	}
	return nil
}

func (s *Snapshot) checkLists() error {
	items, stores, members := s.Items.Len(), len(s.Stores.ID), len(s.Members)
	if members > MaxMembers || s.HourSlots < 0 || s.HourSlots > 24 {
		return fmt.Errorf("%d members, %d parts of the day", members, s.HourSlots)
	}
	if n := len(s.Owned.Start); n != 0 && n != members+1 {
		return fmt.Errorf("purchases have %d rows, want %d", n-1, members)
	}
	for _, id := range s.Members {
		if id <= 0 {
			return fmt.Errorf("a member has the number %d", id)
		}
	}
	return errors.Join(
		checkStart("purchases", s.Owned.Start, len(s.Owned.Item)),
		s.checkItemsOf("purchases", s.Owned.Item),
		s.checkItemsOf("newest", s.Newest),
		s.checkNewest(),
		s.Neighbours.check("neighbours", items, items),
		s.Personal.check("personal", members, items),
		s.Here.check("sold here", stores*int(s.HourSlots), items),
		s.Chain.check("sold by the chain", int(s.HourSlots), items))
}

// Item finds an item by its SKU, -1 without one.
func (s *Snapshot) Item(id retail.SKUID) int32 { return s.skus.find(int64(id)) }

// Member finds the row of a member, -1 without one.
func (s *Snapshot) Member(id retail.MemberID) int32 { return s.members.find(int64(id)) }

// Store finds a store, -1 without one.
func (s *Snapshot) Store(id retail.StoreID) int32 { return s.stores.find(int64(id)) }

// Brand finds a brand by its name; the text may be reused afterwards.
func (s *Snapshot) Brand(name []byte) (int32, bool) {
	n, ok := s.brands[string(name)]
	return n, ok
}

// Category finds a category by its code.
func (s *Snapshot) Category(code []byte) (int32, bool) {
	n, ok := s.categories[string(code)]
	return n, ok
}

// Sells reports whether a store sells an item at all. Shelves leave out what it does not.
func (s *Snapshot) Sells(store, item int32) bool { return s.Price(store, item) >= 0 }

// Price is what an item costs at a store, NotSold where the store does not sell it.
func (s *Snapshot) Price(store, item int32) retail.Money {
	if len(s.Prices.Start) > 0 && store >= 0 {
		from, to := s.Prices.Start[store], s.Prices.Start[store+1]
		for from < to { // binary search, by hand: slices.BinarySearch does not inline
			mid := (from + to) / 2
			if s.Prices.Item[mid] < item {
				from = mid + 1
			} else {
				to = mid
			}
		}
		if from < s.Prices.Start[store+1] && s.Prices.Item[from] == item {
			return retail.Money(s.Prices.Fen[from])
		}
	}
	return retail.Money(s.Items.PriceFen[item])
}

// Reaches reports whether a store hands goods over in a way, and where it must know where to, to a point.
// The point is nil when the request named none.
func (s *Snapshot) Reaches(store int32, way retail.Fulfilment, to *retail.Point, chainRadius int32) bool {
	services := retail.Services(s.Stores.Services[store])
	if services == 0 {
		services = retail.AllServices
	}
	if !services.Offers(way) {
		return false
	}
	if way != retail.SameCity || to == nil {
		return true
	}
	radius := s.Stores.RadiusMetres[store]
	if radius == 0 {
		radius = chainRadius
	}
	from := retail.Point{Latitude: s.Stores.Latitude[store], Longitude: s.Stores.Longitude[store]}
	return from.DistanceMetres(*to) <= float64(radius)
}
