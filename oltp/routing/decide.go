package routing

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// maxShortReasons bounds the SKUs that a verdict lists as out of stock.
const maxShortReasons = 5

// want is what the order wants of one SKU in all of its lines together: stores are judged by that, so
// that two lines of one SKU cannot be promised the same piece.
type want struct {
	sku retail.SKUID
	qty int64
}

// state is a candidate under judgement.
type state struct {
	*Candidate
	verdict Verdict
	// has is what the store has of each want, at most what is wanted.
	has []int64
	// may says that nothing but stock can stand against the store, whole that it has everything.
	may, whole bool
}

// Decide finds the stores that serve an order.
func Decide(cfg Config, req *Request) Decision {
	cfg = cfg.withDefaults()
	wants := gather(req.Lines)
	states := make([]state, 0, len(req.Candidates))
	for _, c := range sorted(req.Candidates) {
		states = append(states, judge(&cfg, req, wants, c))
	}
	slices.SortStableFunc(states, func(a, b state) int {
		return cmp.Or(cmp.Compare(standing(&a), standing(&b)), cmp.Compare(a.verdict.Cost, b.verdict.Cost))
	})
	d := Decision{Exact: true}
	chosen := choose(&cfg, wants, states, &d)
	if len(chosen) > 0 {
		d.Assignments = assign(req.Lines, wants, chosen)
	} else {
		d.Short = short(wants, states)
	}
	serving := d.Stores()
	for _, s := range chosen {
		s.verdict.Chosen = slices.Contains(serving, s.Store)
	}
	d.keep(cfg.MaxVerdicts, states)
	return d
}

// sorted lists the candidates by id, each once.
func sorted(candidates []Candidate) []*Candidate {
	out := make([]*Candidate, len(candidates))
	for i := range candidates {
		out[i] = &candidates[i]
	}
	slices.SortStableFunc(out, func(a, b *Candidate) int { return cmp.Compare(a.Store, b.Store) })
	return slices.CompactFunc(out, func(a, b *Candidate) bool { return a.Store == b.Store })
}

func gather(lines []Line) []want {
	var wants []want
	for _, l := range lines {
		if l.Qty <= 0 {
			continue
		}
		i := slices.IndexFunc(wants, func(w want) bool { return w.sku == l.SKU })
		if i < 0 {
			i, wants = len(wants), append(wants, want{sku: l.SKU})
		}
		wants[i].qty += int64(l.Qty)
	}
	return wants
}

// standing sorts stores that can serve everything before those that can serve a part, and these before
// those that are refused.
func standing(s *state) int {
	switch {
	case s.may && s.whole:
		return 0
	case s.may:
		return 1
	}
	return 2
}

func judge(cfg *Config, req *Request, wants []want, c *Candidate) state {
	s := state{Candidate: c, whole: true, has: make([]int64, len(wants)), verdict: Verdict{Store: c.Store}}
	s.place(cfg, req)
	s.hours(cfg, req)
	s.load(cfg, req)
	v := &s.verdict
	if c.Declined {
		v.refuse(Reason{Code: Declined})
	}
	if !c.Services.Offers(req.Fulfilment) {
		v.refuse(Reason{Code: NoService})
	}
	s.may = len(v.Reasons) == 0
	for i, w := range wants {
		s.has[i] = max(0, min(w.qty, int64(c.Available[w.sku])))
		if s.has[i] == w.qty {
			continue
		}
		s.whole = false
		if i < maxShortReasons {
			v.refuse(Reason{Code: OutOfStock, SKU: w.sku, Wanted: w.qty, Available: s.has[i]})
		}
	}
	v.Cost = v.DistanceMetres + v.LoadMetres + v.WaitMetres
	return s
}

func (v *Verdict) refuse(r Reason) { v.Reasons = append(v.Reasons, r) }

// place judges the distance. Distances are rounded to whole metres, upwards, so that a destination on
// the last metre is within and everything beyond is not.
func (s *state) place(cfg *Config, req *Request) {
	if req.Destination == nil || req.Destination.Validate() != nil {
		if req.Fulfilment == retail.SameCity {
			s.verdict.refuse(Reason{Code: NoDestination})
		}
		return
	}
	d := int64(math.Ceil(s.Location.DistanceMetres(*req.Destination)))
	s.verdict.DistanceMetres = d
	radius := orDefault(s.RadiusMetres, cfg.RadiusMetres)
	if req.Fulfilment == retail.SameCity && d > int64(radius) {
		s.verdict.refuse(Reason{Code: TooFar, DistanceMetres: d, RadiusMetres: radius})
	}
}

// hours judges how long the order would wait for the store to open.
func (s *state) hours(cfg *Config, req *Request) {
	wait := time.Duration(0)
	switch req.Fulfilment {
	case retail.Pickup:
		wait = cfg.PickupWait
	case retail.Express:
		wait = cfg.ExpressWait
	}
	for _, open := range s.Open {
		if !open.Closes.After(req.At) || !open.Closes.After(open.Opens) {
			continue
		}
		until := open.Opens.Sub(req.At)
		switch {
		case until <= 0:
		case until <= wait:
			s.verdict.WaitMetres = int64(until.Hours() * float64(cfg.WaitMetresPerHour))
		default:
			s.verdict.refuse(Reason{Code: Closed, Until: &open.Opens})
		}
		return
	}
	s.verdict.refuse(Reason{Code: Closed})
}

// load judges the work that the store has. The order itself counts, so that of two idle stores the
// larger one is the less busy.
func (s *state) load(cfg *Config, req *Request) {
	if s.CapacityPerHour <= 0 {
		return
	}
	load := max(s.Load, 0)
	if load >= s.CapacityPerHour {
		s.verdict.refuse(Reason{Code: OverCapacity, Load: load, Capacity: s.CapacityPerHour})
	}
	metres := cfg.LoadMetres
	if req.Spread {
		metres = cfg.SpreadMetres
	}
	s.verdict.LoadMetres = metres * (int64(load) + 1) / int64(s.CapacityPerHour)
}

// choose returns the stores that serve, the cheapest first. States come sorted.
func choose(cfg *Config, wants []want, states []state, d *Decision) []*state {
	parts := []*state{}
	for i := range states {
		s := &states[i]
		if standing(s) == 0 {
			s.verdict.Rank = i + 1
			continue
		}
		if s.may && slices.Max(append(s.has, 0)) > 0 {
			parts = append(parts, s)
		}
	}
	if len(states) > 0 && standing(&states[0]) == 0 {
		return []*state{&states[0]}
	}
	split := search{wants: wants, parts: parts, steps: cfg.MaxSteps}
	chosen, exact := split.smallest(cfg.MaxStores)
	d.Exact = exact
	return chosen
}

// short lists what the stores that may serve have too little of.
func short(wants []want, states []state) []Short {
	var out []Short
	for i, w := range wants {
		sum := int64(0)
		for k := range states {
			if states[k].may {
				sum += states[k].has[i]
			}
		}
		if sum < w.qty {
			out = append(out, Short{SKU: w.sku, Wanted: w.qty, Available: sum})
		}
	}
	return out
}

// keep stores the verdicts: chosen, ranked, then the others by distance.
func (d *Decision) keep(limit int, states []state) {
	group := func(v *Verdict) int {
		switch {
		case v.Chosen:
			return 0
		case v.Rank > 0:
			return 1
		}
		return 2
	}
	all := make([]Verdict, len(states))
	for i := range states {
		all[i] = states[i].verdict
	}
	slices.SortStableFunc(all, func(a, b Verdict) int {
		if c := cmp.Compare(group(&a), group(&b)); c != 0 || group(&a) < 2 {
			return c
		}
		return cmp.Or(cmp.Compare(a.DistanceMetres, b.DistanceMetres), cmp.Compare(a.Store, b.Store))
	})
	d.Verdicts = all[:min(limit, len(all))]
	d.Omitted = len(all) - len(d.Verdicts)
}
