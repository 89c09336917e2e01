package recommend

import (
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/models/session"
	"github.com/tillstream/tillstream/retail"
)

// What is read of each list, so that a request costs the same however much was learnt. A slate of 50
// needs a few hundred candidates; beyond that they only cost time.
const (
	perMember     = 96
	perTouch      = 24
	perAnchor     = 48
	perPopular    = 96
	maxTouches    = 12
	maxAnchors    = 20
	maxCandidates = 1024
	// MaxLimit is the longest slate.
	MaxLimit = 50
)

// What Ranker.place says of an item beside the number of its candidate, which is above 0.
const (
	untouched int16 = -iota
	barred
	owned
)

// candidate is an item that may be shown. Its score is the sum of what each list gives it; the edge that
// gives most says why.
type candidate struct {
	score, best float32
	// gain is what boosts multiply the score by; by is the strongest of them, -1 without one.
	gain float32
	by   int16
	rung Rung
	item int32
	from from
	edge Edge
}

// from is where a proposal starts: an item, -1 for none, or the rule about several goods, -1 for none.
type from struct{ item, combo int32 }

// nowhere is where lists of a member or a store start.
func nowhere() from { return from{-1, -1} }

// Ranker ranks one query at a time; each worker has its own. It holds 40 KB and two bytes an item.
type Ranker struct {
	s *Snapshot
	q *Query
	// place has, for each item, untouched, barred, owned, or the number of its candidate + 1; touched
	// lists what to take back.
	place   []int16
	touched []int32
	found   []candidate
	// order is a heap of candidates by score, held those that diversity keeps back.
	order, held []int16
	active      [maxRules / 64]uint64
	used        [maxRules]uint8
	pins        []Pick
	partners    []rule.Partner
	cart        []int32
	matched     []int32
	reader      *session.Reader
	reads       *session.Index // what the reader reads
	voted       []list.Scored
	board       *list.Board
	likes       *Likes // which the board is for
	caps        caps
	slate       *Slate
}

// Pick is an item of a slate and why it is there.
type Pick struct {
	Item  int32
	Score float32
	Rung  Rung
	Edge  Edge
	// Anchor is the item that the edge starts from, -1 without one.
	Anchor int32
	// Combo is the number of the rule about several goods that proposes it, -1 without one.
	Combo int32
	// Rule is the number of the rule that pinned or boosted the item, -1 without one.
	Rule int16
}

// Slate is an answer.
type Slate struct {
	Picks []Pick
	// Rung is the best on which an item stands; Ladder has a bit for each rung that gave one.
	Rung   Rung
	Ladder uint8
	// Candidates is how many items were weighed.
	Candidates int
}

// Rank fills slate. The cost is a few hundred edges, whatever the size of the chain, except where filters
// leave so little that the whole list of newest goods is walked: then a few nanoseconds an item.
func (r *Ranker) Rank(s *Snapshot, q *Query, slate *Slate) {
	r.begin(s, q, slate)
	r.bar()
	if q.Personal && !q.HeldOut {
		r.member()
		r.session()
	}
	if !q.HeldOut {
		r.anchors()
	}
	r.popular(OnStore)
	r.pin()
	r.boost(0)
	r.fill(0)
	if len(slate.Picks)+len(r.pins) < q.Limit {
		from := len(r.found)
		r.popular(OnChain)
		r.boost(from)
		r.fill(from)
	}
	if len(slate.Picks)+len(r.pins) < q.Limit {
		r.newest()
		r.relax()
	}
	r.merge()
	slate.Candidates = len(r.found)
	r.end()
}

func (r *Ranker) begin(s *Snapshot, q *Query, slate *Slate) {
	r.s, r.q, r.slate = s, q, slate
	if n := s.Items.Len(); len(r.place) < n {
		r.place = make([]int16, n)
	}
	if r.found == nil {
		r.found = make([]candidate, 0, maxCandidates)
		r.order, r.held = make([]int16, 0, maxCandidates), make([]int16, 0, maxCandidates)
		r.touched = make([]int32, 0, 4*maxCandidates)
		r.pins = make([]Pick, 0, MaxLimit)
		r.partners, r.voted = make([]rule.Partner, 0, rule.Partners), make([]list.Scored, 0, perVisit)
	}
	*slate = Slate{Picks: slate.Picks[:0], Rung: OnNewest}
	r.caps.set(s, q)
}

// end takes back what the query left; the snapshot is not held beyond it.
func (r *Ranker) end() {
	for _, item := range r.touched {
		r.place[item] = untouched
	}
	r.touched, r.found, r.order = r.touched[:0], r.found[:0], r.order[:0]
	r.held, r.pins = r.held[:0], r.pins[:0]
	r.s, r.q, r.slate = nil, nil, nil
}

func (r *Ranker) mark(item int32, as int16) {
	if uint(item) < uint(r.s.Items.Len()) && r.place[item] == untouched {
		r.place[item] = as
		r.touched = append(r.touched, item)
	}
}

// bar marks what must not be shown: what was excluded, the goods of the scene, and what is owned.
func (r *Ranker) bar() {
	for _, item := range r.q.Exclude {
		r.mark(item, barred)
	}
	for _, item := range r.q.Anchors {
		r.mark(item, barred)
	}
	if !r.q.Personal || r.q.Again == AnyAgain {
		return
	}
	for _, t := range r.q.Recent {
		if t.Act == Bought {
			r.mark(t.Item, barred) // bought minutes ago is not due again
		}
	}
	as := owned
	if r.q.Again == NotAgain {
		as = barred
	}
	if m, p := r.q.Member, &r.s.Owned; m >= 0 && len(p.Start) > 0 {
		for _, item := range p.Item[p.Start[m]:p.Start[m+1]] {
			r.mark(item, as)
		}
	}
}

func (r *Ranker) weight(on Rung) float32 { return r.q.Blend.Weight[r.q.Scene][on] }

// member weighs the member's own lists, or what the last purchases say of one who has none.
func (r *Ranker) member() {
	if r.q.Member < 0 {
		r.fold()
		return
	}
	row := r.s.Personal.Row(r.q.Member, perMember)
	for i := range row {
		r.add(&row[i], r.weight(OnMember), nowhere(), OnMember)
	}
}

// session weighs what visits like this one went on to, and what goes with the last touches: the k-th newest
// counts weight·act·decay^k.
func (r *Ranker) session() {
	w, visited := r.weight(OnSession), r.visit()
	for k, t := range r.q.Recent {
		if k == maxTouches {
			return
		}
		r.list(t.Item, perTouch, w*r.q.Blend.Act[min(t.Act, Bought)], OnSession, visited)
		w *= r.q.Blend.Decay
	}
}

// anchors weighs what goes with the goods of the scene, with all at once and with each: several share the
// weight.
func (r *Ranker) anchors() {
	r.together()
	n := min(len(r.q.Anchors), maxAnchors)
	for _, item := range r.q.Anchors[:n] {
		r.list(item, perAnchor, r.weight(OnItem)/float32(n), OnItem, false)
	}
}

// list weighs what goes with one item, with or without what was looked at together.
func (r *Ranker) list(item int32, limit int, w float32, on Rung, visited bool) {
	row := r.s.Neighbours.Row(item, limit)
	for i := range row {
		if !visited || row[i].Kind() != ViewedTogether {
			r.add(&row[i], w, from{item, -1}, on)
		}
	}
	r.lately(item, w*r.q.Blend.Lately, on)
}

// lately weighs what is bought with an item these hours. It comes last, so that what both lists propose is
// explained by the learnt one where they weigh the same.
func (r *Ranker) lately(item int32, w float32, on Rung) {
	if r.q.Lately == nil || uint(item) >= uint(r.s.Items.Len()) {
		return
	}
	r.partners = r.q.Lately.Ask(r.s.Items.SKU[item], r.partners[:0])
	for k := range r.partners {
		p := &r.partners[k]
		if other := r.s.skus.find(p.Item); other >= 0 {
			e := NewEdge(other, BoughtLately, p.Score, float32(p.Lift()), float32(p.Confidence()),
				int(p.Both))
			r.add(&e, w, from{item, -1}, on)
		}
	}
}

// popular weighs what the store, or the chain, sells at this hour.
func (r *Ranker) popular(on Rung) {
	row := r.s.Chain.Row(r.q.Slot, perPopular)
	if on == OnStore {
		row = r.s.Here.Row(r.q.Store*r.s.HourSlots+r.q.Slot, perPopular)
	}
	for i := range row {
		r.add(&row[i], r.weight(on), nowhere(), on)
	}
}

// add gives an item of an edge its part of the score.
func (r *Ranker) add(e *Edge, weight float32, start from, on Rung) {
	part := weight * e.Score
	at := r.place[e.Item]
	if at > 0 {
		c := &r.found[at-1]
		c.score += part
		if part > c.best {
			c.best, c.rung, c.from, c.edge = part, on, start, *e
		}
		return
	}
	if at == barred || at == owned && e.Kind() != Repeat {
		return
	}
	if !r.eligible(e.Item) {
		r.mark(e.Item, barred)
		r.place[e.Item] = barred
		return
	}
	if len(r.found) == maxCandidates {
		return
	}
	r.found = append(r.found, candidate{score: part, best: part, gain: 1, by: -1, rung: on, item: e.Item,
		from: start, edge: *e})
	r.mark(e.Item, barred)
	r.place[e.Item] = int16(len(r.found))
}

// eligible reports whether an item may be shown at all: in stock, sold this way, within the filters.
func (r *Ranker) eligible(item int32) bool {
	q, i := r.q, &r.s.Items
	if !q.Stock.Has(item) || !sold(i.Flags[item], q.Way) {
		return false
	}
	f := &q.Filter
	if f.To > 0 && (i.Category[item] < f.From || i.Category[item] >= f.To) ||
		f.Brand >= 0 && i.Brand[item] != f.Brand || i.Tags[item]&f.Tags != f.Tags {
		return false
	}
	if f.MinFen <= 0 && f.MaxFen <= 0 {
		return true
	}
	price := r.s.Price(q.Store, item)
	return price >= f.MinFen && (f.MaxFen <= 0 || price <= f.MaxFen)
}

// Sold reports whether an item is handed over in a way, 0 for any.
func (s *Snapshot) Sold(item int32, way retail.Fulfilment) bool {
	return sold(s.Items.Flags[item], way)
}

// sold reports whether goods with these flags are handed over in a way, 0 for any: a till sells nothing
// that is sold online only, the others nothing that is out of season.
func sold(flags uint8, way retail.Fulfilment) bool {
	switch {
	case flags&Active == 0:
		return false
	case way == 0:
		return true
	case way == retail.CarryOut:
		return flags&OnlineOnly == 0
	}
	return flags&OffSeason == 0
}
