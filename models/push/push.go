package push

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// Config bounds lists.
type Config struct {
	// RadiusMetres is how far a store may be from where a member was. Default 3,000.
	RadiusMetres float64
	// Specials is how many goods a list names at most. Default 5.
	Specials int
	// Most is how many lists a member gets within the span that Member.Recent counts. Default 2.
	Most int
}

// Special is a SKU that a store sells below its list price today, and has. Amounts are fen.
type Special struct {
	SKU         retail.SKUID
	Price, List retail.Money
}

// Off is how much the price lies below the list price, as a share of it, 0 to 1.
func (s Special) Off() float64 { return float64(s.List-s.Price) / float64(s.List) }

// Store is a store with its specials of today.
type Store struct {
	ID retail.StoreID
	// Point is where it is; the zero Point is not known, and then the store is near itself alone.
	Point    retail.Point
	Specials []Special
}

// Member is somebody who may be written to.
type Member struct {
	ID retail.MemberID
	// Personal says that the member agreed to be recognised: only then are Bought and Taste looked at.
	Personal bool
	// Origin is the store that won the member, Bought are those at whose tills the member bought last, the
	// latest first.
	Origin retail.StoreID
	Bought []retail.StoreID
	// Recent is how many lists the member got within the span of the cap.
	Recent int
	// Taste is how much the member likes goods, 0 to 1; what is not there counts 0.
	Taste map[retail.SKUID]float64
}

// Line is a special on a list.
type Line struct {
	Special
	Taste float64
}

// List is what to tell a member. Lines are those with the most taste first, then those with the most off;
// of equal ones the lower SKU.
type List struct {
	Member retail.MemberID
	Store  retail.StoreID
	// Metres is how far the store is from From, where the member was; Bought says that the member bought
	// there, else it is the store that won the member.
	Metres float64
	From   retail.StoreID
	Bought bool
	Lines  []Line
}

// near is a store with specials in reach of another.
type near struct {
	store  int32
	metres float64
}

// Planner makes lists. It is never changed, so any number of goroutines may ask it.
type Planner struct {
	cfg    Config
	stores []Store
	at     map[retail.StoreID]int32
	// nearest is, for each store, the nearest with specials; its store is -1 where none is in reach.
	nearest []near
}

// NewPlanner finds for each store the nearest one with specials. Cost: about the stores times those within
// the radius north and south of each.
func NewPlanner(cfg Config, stores []Store) (*Planner, error) {
	cfg.RadiusMetres = cmp.Or(cfg.RadiusMetres, 3_000)
	cfg.Specials, cfg.Most = cmp.Or(cfg.Specials, 5), cmp.Or(cfg.Most, 2)
	if !(cfg.RadiusMetres > 0) || cfg.Specials < 0 || cfg.Most < 0 {
		return nil, fmt.Errorf("cannot plan lists of %d specials within %v m, %d a member", cfg.Specials,
			cfg.RadiusMetres, cfg.Most)
	}
	p := &Planner{cfg: cfg, stores: slices.Clone(stores), at: make(map[retail.StoreID]int32, len(stores))}
	slices.SortFunc(p.stores, func(a, b Store) int {
		return cmp.Or(cmp.Compare(a.Point.Latitude, b.Point.Latitude), cmp.Compare(a.ID, b.ID))
	})
	for k := range p.stores {
		s := &p.stores[k]
		if _, twice := p.at[s.ID]; twice || s.ID <= 0 {
			return nil, fmt.Errorf("cannot plan lists: store %d stands twice, or is none", s.ID)
		}
		p.at[s.ID] = int32(k)
		for _, x := range s.Specials {
			if x.SKU <= 0 || x.Price < 0 || x.Price >= x.List {
				return nil, fmt.Errorf("cannot plan lists: SKU %d at store %d is no special at %s of %s",
					x.SKU, s.ID, x.Price, x.List)
			}
		}
	}
	if len(p.at) == 0 {
		return nil, errors.New("cannot plan lists without a store")
	}
	p.nearest = make([]near, len(p.stores))
	for k := range p.stores {
		p.nearest[k] = p.search(int32(k))
	}
	return p, nil
}

// degreeMetres is less than a degree of latitude has anywhere, in metres: no store farther north or south
// than the radius by it can be within the radius.
const degreeMetres = 110_000

// search finds the nearest store with specials by walking away from a store in order of latitude.
func (p *Planner) search(from int32) near {
	best := near{-1, math.Inf(1)}
	here := &p.stores[from]
	take := func(k int32) {
		to := &p.stores[k]
		metres := 0.0
		if k != from {
			if here.Point == (retail.Point{}) || to.Point == (retail.Point{}) {
				return
			}
			metres = here.Point.DistanceMetres(to.Point)
		}
		if len(to.Specials) == 0 || metres > p.cfg.RadiusMetres {
			return
		}
		if metres < best.metres || metres == best.metres && to.ID < p.stores[best.store].ID {
			best = near{k, metres}
		}
	}
	within := func(k int32) bool {
		return math.Abs(p.stores[k].Point.Latitude-here.Point.Latitude)*degreeMetres <= p.cfg.RadiusMetres
	}
	for k := from; k >= 0 && within(k); k-- {
		take(k)
	}
	for k := from + 1; int(k) < len(p.stores) && within(k); k++ {
		take(k)
	}
	return best
}

// List fills l for a member, and reports whether there is anything to tell. l may be used again and again.
func (p *Planner) List(m *Member, l *List) bool {
	*l = List{Member: m.ID, Lines: l.Lines[:0], Metres: math.Inf(1)}
	if m.Recent >= p.cfg.Most {
		return false
	}
	best := int32(-1)
	look := func(from retail.StoreID, bought bool) {
		k, known := p.at[from]
		if !known || p.nearest[k].store < 0 || p.nearest[k].metres >= l.Metres {
			return
		}
		best = p.nearest[k].store
		l.Store, l.Metres, l.From, l.Bought = p.stores[best].ID, p.nearest[k].metres, from, bought
	}
	if m.Personal {
		for _, store := range m.Bought {
			look(store, true)
		}
	}
	if !m.Personal || len(m.Bought) == 0 {
		look(m.Origin, false)
	}
	if best < 0 {
		return false
	}
	for _, s := range p.stores[best].Specials {
		line := Line{Special: s}
		if m.Personal {
			line.Taste = m.Taste[s.SKU]
		}
		l.Lines = append(l.Lines, line)
	}
	slices.SortFunc(l.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Taste, a.Taste), cmp.Compare(b.Off(), a.Off()), cmp.Compare(a.SKU, b.SKU))
	})
	l.Lines = l.Lines[:min(len(l.Lines), p.cfg.Specials)]
	return true
}
