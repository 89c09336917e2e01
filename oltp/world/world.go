package world

import (
	"fmt"
	"math"
	"time"

	"github.com/tillstream/tillstream/retail"
)

const (
	// memberShare is the part of orders that members place.
	memberShare = .45
	// favourites is how many goods a member likes best.
	favourites = 10
	// unitsPerLine is the mean quantity of a line, as quantity draws it.
	unitsPerLine = 1.3
)

// World is a simulated chain. It is not changed after New and may be used by several goroutines.
type World struct {
	Stores []Store
	// Departments are the categories above Categories, which goods are of.
	Departments []retail.Category
	Categories  []retail.Category
	// Styles are the families of Products.
	Styles   []retail.Style
	Products []Product
	Members  []Member
	// Affinities are the rules that pull goods into a basket.
	Affinities []Affinity

	cfg    Config
	kinds  []kind
	byKind [][]int
	pulls  [][]Affinity
	// perStore holds what all runs of a store have in common.
	perStore []fixed
	// families finds styles by what makes them.
	families map[string]int
}

// Member is a member of the world: a number and habits, no person.
type Member struct {
	// Home is the index of the store that the member goes to.
	Home int32
	// IntervalDays is the mean time between two visits, in days.
	IntervalDays float32
	// Favourites are indexes of products, the most liked first.
	Favourites [favourites]int32
}

// Affinity says that a basket with product If takes product Then too with at least this
// probability.
type Affinity struct {
	If, Then    int
	Probability float64
}

// fixed is what does not change about a store.
type fixed struct {
	carried []int32 // product indexes on the store's shelves
	at      []int32 // product index -> position in carried, or -1
	byKind  [][]int32
	members []int32
	minutes alias
	week    [7]float64 // from Sunday
	// share is the part of the store's orders that its members place.
	share float64
	wait  float64 // mean days that a visit is put off for a better weekday
}

// New makes a world. It takes about a second for a million members.
func New(cfg Config) (*World, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	w := &World{cfg: cfg}
	if err := w.makeStores(); err != nil {
		return nil, err
	}
	if err := w.makeProducts(); err != nil {
		return nil, err
	}
	if err := w.makeAffinities(); err != nil {
		return nil, err
	}
	w.fix()
	w.makeMembers()
	return w, nil
}

// Config returns what the world was made of, defaults filled in.
func (w *World) Config() Config { return w.cfg }

// MemberCode is the chain's number of a member.
func (w *World) MemberCode(i int) string { return fmt.Sprintf("M%07d", i+1) }

// fix prepares shelves and shapes of every store.
func (w *World) fix() {
	types := formats()
	w.perStore = make([]fixed, len(w.Stores))
	for s := range w.Stores {
		f, t := &w.perStore[s], &types[w.Stores[s].Format]
		f.at, f.byKind = make([]int32, len(w.Products)), make([][]int32, len(w.kinds))
		for i := range w.Products {
			f.at[i] = -1
			if p := &w.Products[i]; p.reach <= t.assortment {
				f.at[i] = int32(len(f.carried))
				f.byKind[p.kind] = append(f.byKind[p.kind], int32(len(f.carried)))
				f.carried = append(f.carried, int32(i))
			}
		}
		f.minutes.build(t.perMinute())
		f.week = t.weekMean1()
		f.wait = meanWait(f.week)
	}
}

// perMinute spreads the hours over minutes by straight lines between their middles.
func (t *format) perMinute() []float64 {
	out := make([]float64, 1440)
	for m := range out {
		if m < t.opens || m >= t.closes {
			continue
		}
		x := (float64(m) + .5 - 30) / 60
		lo := int(math.Floor(x))
		part := x - float64(lo)
		a, b := t.day[(lo+24)%24], t.day[(lo+25)%24]
		if a == 0 || b == 0 {
			a, b = max(a, b), max(a, b)
		}
		out[m] = a*(1-part) + b*part
	}
	return out
}

func (t *format) weekMean1() (week [7]float64) {
	sum := 0.0
	for _, f := range t.week {
		sum += f
	}
	for d, f := range t.week {
		week[d] = f / sum * 7
	}
	return week
}

// meanWait is how many days a visit is put off on average when it happens on a day with probability
// week[d]/max(week).
func meanWait(week [7]float64) float64 {
	top, total := 0.0, 0.0
	for _, f := range week {
		top = max(top, f)
	}
	for start := range 7 {
		still := 1.0
		for n := range 60 {
			still *= 1 - week[(start+n)%7]/top
			total += still
		}
	}
	return total / 7
}

// makeMembers gives each member a home, an interval and a taste.
func (w *World) makeMembers() {
	var homes, liked alias
	weights := make([]float64, len(w.Stores))
	for i := range w.Stores {
		weights[i] = w.Stores[i].DailyOrders
	}
	homes.build(weights)
	w.Members = make([]Member, w.cfg.Members)
	r := w.cfg.stream(forMember, 0, 0)
	for i := range w.Members {
		w.Members[i].Home = int32(homes.draw(r))
		f := &w.perStore[w.Members[i].Home]
		f.members = append(f.members, int32(i))
	}
	for s := range w.perStore {
		f := &w.perStore[s]
		daily := w.Stores[s].DailyOrders
		f.share = min(memberShare, float64(len(f.members))/daily/3)
		base := float64(len(f.members)) / max(f.share*daily, 1e-9)
		weights = weights[:0]
		for _, p := range f.carried {
			weights = append(weights, w.Products[p].Share)
		}
		liked.build(weights)
		for _, i := range f.members {
			r := w.cfg.stream(forMember, 1, uint64(i))
			m, sigma := &w.Members[i], .35
			m.IntervalDays = float32(min(900, base*math.Exp(sigma*r.NormFloat64()+sigma*sigma/2)))
			for n := range m.Favourites {
				m.Favourites[n] = f.carried[liked.draw(r)]
			}
		}
	}
}

// makeAffinities picks the goods behind each pair of categories that go together.
func (w *World) makeAffinities() error {
	rows, err := readTable("affinities")
	if err != nil {
		return err
	}
	w.pulls = make([][]Affinity, len(w.Products))
	const perPair = 3
	for n, row := range rows {
		from, to := w.ranked(kindIndex(w.kinds, row[0])), w.ranked(kindIndex(w.kinds, row[1]))
		r := w.cfg.stream(forAffinity, uint64(n), 0)
		for i := range min(perPair, len(from), len(to)) {
			a := Affinity{If: from[i], Then: to[min(len(to)-1, 2+i*3+r.IntN(3))],
				Probability: .15 + .3*r.Float64()}
			w.pulls[a.If] = append(w.pulls[a.If], a)
			w.Affinities = append(w.Affinities, a)
		}
	}
	return nil
}

// zoneOffset is that of all stores: China keeps one time without summer time.
const zoneOffset = 8 * time.Hour

// midnight is the first instant of a day at the stores, in milliseconds since 1970.
func midnight(d retail.Day) int64 {
	return int64(d)*86_400_000 - zoneOffset.Milliseconds()
}

// DayAt is the stores' business day at an instant.
func DayAt(t time.Time) retail.Day {
	ms := t.UnixMilli() + zoneOffset.Milliseconds()
	return retail.Day(ms / 86_400_000)
}
