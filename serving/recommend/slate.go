package recommend

import "math"

// caps bound how many of a style, a category and a brand one slate shows. A dimension that the filter
// fixes is not bounded.
type caps struct{ style, category, brand int }

func (c *caps) set(s *Snapshot, q *Query) {
	share := func(of float32) int {
		if of <= 0 {
			return math.MaxInt
		}
		return max(1, int(math.Ceil(float64(of)*float64(q.Limit))))
	}
	*c = caps{style: q.Blend.PerStyle, category: share(q.Blend.PerCategory), brand: share(q.Blend.PerBrand)}
	if c.style <= 0 {
		c.style = math.MaxInt
	}
	f := &q.Filter
	if f.Brand >= 0 {
		c.brand = math.MaxInt
	}
	if f.To > 0 && f.To == f.From+1 {
		c.category = math.MaxInt
	}
}

// room is how much of an item's style, categories and brands the slate still takes.
func (r *Ranker) room(item int32) (ofStyle, ofOthers bool) {
	i := &r.s.Items
	style, category, brand := i.Style[item], i.Category[item], i.Brand[item]
	var styles, categories, brands int
	count := func(other int32) {
		if style >= 0 && i.Style[other] == style {
			styles++
		}
		if category >= 0 && i.Category[other] == category {
			categories++
		}
		if brand >= 0 && i.Brand[other] == brand {
			brands++
		}
	}
	for k := range r.pins {
		count(r.pins[k].Item)
	}
	for k := range r.slate.Picks {
		count(r.slate.Picks[k].Item)
	}
	if r.q.Scene == Product && style >= 0 { // other sizes of what is looked at are on the page already
		for _, a := range r.q.Anchors {
			if uint(a) < uint(i.Len()) && i.Style[a] == style {
				styles++
			}
		}
	}
	return styles < r.caps.style, categories < r.caps.category && brands < r.caps.brand
}

// fill takes the best candidates from number from on, as far as diversity and the quotas of boosts let
// it.
func (r *Ranker) fill(from int) {
	h := r.order[:0]
	for k := from; k < len(r.found); k++ {
		h = append(h, int16(k))
	}
	r.order = h
	for k := len(h)/2 - 1; k >= 0; k-- {
		r.down(k)
	}
	for len(r.order) > 0 && len(r.slate.Picks)+len(r.pins) < r.q.Limit {
		top := r.order[0]
		c := &r.found[top]
		if r.spent(c) {
			c.gain, c.by = 1, -1
			r.down(0)
			continue
		}
		last := len(r.order) - 1
		r.order[0] = r.order[last]
		r.order = r.order[:last]
		r.down(0)
		ofStyle, ofOthers := r.room(c.item)
		if ofStyle && ofOthers {
			r.take(c)
		} else if ofStyle {
			r.held = append(r.held, top)
		}
	}
}

// before orders candidates: by score, then by number, so that equals do not depend on the way here.
func (r *Ranker) before(a, b int16) bool {
	x, y := &r.found[a], &r.found[b]
	if sx, sy := x.score*x.gain, y.score*y.gain; sx != sy {
		return sx > sy
	}
	return x.item < y.item
}

// down lets the entry k of the heap sink to its place.
func (r *Ranker) down(k int) {
	h := r.order
	for {
		child := 2*k + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && r.before(h[child+1], h[child]) {
			child++
		}
		if !r.before(h[child], h[k]) {
			return
		}
		h[k], h[child] = h[child], h[k]
		k = child
	}
}

func (r *Ranker) take(c *candidate) {
	if c.by >= 0 {
		r.used[c.by]++
	}
	r.slate.Picks = append(r.slate.Picks, Pick{Item: c.item, Score: c.score * c.gain, Rung: c.rung,
		Edge: c.edge, Anchor: c.from.item, Combo: c.from.combo, Rule: c.by})
	r.stand(c.rung)
}

func (r *Ranker) stand(on Rung) {
	r.slate.Rung = min(r.slate.Rung, on)
	r.slate.Ladder |= 1 << on
}

// maxHeld is how many goods diversity may keep back before the search for others among the newest ends.
const maxHeld = 4 * MaxLimit

// newest fills up with the newest goods that nothing else proposed.
func (r *Ranker) newest() {
	list := r.s.aisle(&r.q.Filter)
	w, n := r.weight(OnNewest), float32(len(list))
	for k, item := range list {
		full := len(r.held) >= maxHeld || len(r.found) == maxCandidates
		if full || len(r.slate.Picks)+len(r.pins) >= r.q.Limit {
			return
		}
		if r.place[item] != untouched || !r.eligible(item) || r.blocked(item) {
			continue
		}
		score := 1 - float32(k)/n
		c := candidate{score: w * score, gain: 1, by: -1, rung: OnNewest, item: item, from: nowhere(),
			edge: NewEdge(item, Fresh, score, 0, 0, 0)}
		ofStyle, ofOthers := r.room(item)
		switch {
		case ofStyle && ofOthers:
			r.take(&c)
			r.mark(item, barred)
		case ofStyle:
			r.found = append(r.found, c)
			r.held = append(r.held, int16(len(r.found)-1))
			r.mark(item, barred)
		}
	}
}

// relax fills up with what diversity kept back, when there is nothing else: a short slate helps nobody. A
// style stays bounded, since its other sizes are one tap away.
func (r *Ranker) relax() {
	for _, k := range r.held {
		if len(r.slate.Picks)+len(r.pins) >= r.q.Limit {
			return
		}
		c := &r.found[k]
		if r.spent(c) {
			c.gain, c.by = 1, -1
		}
		if ofStyle, _ := r.room(c.item); ofStyle {
			r.take(c)
		}
	}
}

// merge puts the pins, which are in order of their places, between the others.
func (r *Ranker) merge() {
	picks := r.slate.Picks
	if len(r.pins) == 0 {
		return
	}
	others := len(picks)
	picks = append(picks, r.pins...)
	// From behind: each pin moves to its place, or as far up as the slate is long.
	pin := len(r.pins) - 1
	for at := len(picks) - 1; at >= 0 && pin >= 0; at-- {
		if wanted := int(r.q.Rules.list[r.pins[pin].Rule].Place) - 1; at <= max(wanted, pin) ||
			others == 0 {
			picks[at] = r.pins[pin]
			pin--
			continue
		}
		others--
		picks[at] = picks[others]
	}
	r.slate.Picks = picks
}
