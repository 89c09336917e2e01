package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// Learned is what a training keeps in memory, so that lists can follow the chain until the next one.
type Learned struct {
	cfg      Config
	data     *Data
	baskets  *basket.Model
	weights  neighbour.Weights
	versions map[string]shelf.Version
}

// again is how many business days before the newest are read anew: refunds of that time are taken off. Older
// ones wait for the next training.
const again = 3

// Follow reads what has happened since, and publishes new lists of popularity, neighbours, visits and next
// baskets. They keep the figures of the version that was judged; weights and the other models wait for the
// next training. A member's baskets that are new or were changed by a refund are taken into the model of next
// baskets one by one; what goes with what is counted again, which is quicker than to look for differences.
// Cost: reading some days, and scoring all members.
func (l *Learned) Follow(ctx context.Context, past Past, scope retail.Scope, sink Sink) ([]shelf.Version,
	error) {
	fresh, err := l.reread(ctx, past, scope)
	if err != nil {
		return nil, err
	}
	if l.baskets != nil {
		for _, member := range changed(l.data.Members, fresh.Members) {
			retake(l.baskets, fresh.Members, member)
		}
	}
	l.data = fresh
	t := begin(fresh, sink, l.cfg)
	t.weights = l.weights
	var all []shelf.Version
	for _, part := range []struct {
		model  string
		finish func(context.Context, shelf.Key) error
	}{{Popularity, t.finishPopularity}, {Neighbours, t.finishNeighbours}, {Session, t.finishSession},
		{NextBasket, func(ctx context.Context, k shelf.Key) error {
			return t.finishBaskets(ctx, k, l.baskets)
		}}} {
		v, ok := l.versions[part.model]
		if !ok {
			continue
		}
		v, err := t.follow(ctx, v, part.finish)
		if err != nil {
			return all, fmt.Errorf("cannot follow with %s: %w", part.model, err)
		}
		l.versions[part.model], all = v, append(all, v)
	}
	return all, nil
}

// follow writes a version that keeps the figures of the one before.
func (t *training) follow(ctx context.Context, v shelf.Version,
	finish func(context.Context, shelf.Key) error) (shelf.Version, error) {
	began := t.cfg.Now()
	v.Version, v.Note = t.version, "follows the judged version with newer sales"
	v.Members, v.Items = int64(t.data.Members.Users.Len()), int64(t.items)
	v.Baskets, v.Sessions = int64(t.data.baskets()), int64(t.data.Sessions.Len())
	v.FirstDay, v.LastDay = t.data.First, t.data.Last
	if err := finish(ctx, v.Key); err != nil {
		return v, err
	}
	v.MadeAt = t.cfg.Now().UTC()
	v.Fit = v.MadeAt.Sub(began)
	if err := t.sink.PutVersion(ctx, v); err != nil {
		return v, err
	}
	_, err := t.sink.Prune(ctx, v.Model, t.cfg.Keep)
	return v, err
}

// reread makes data of what is known of the older days and of what the warehouse says of the newest.
func (l *Learned) reread(ctx context.Context, past Past, scope retail.Scope) (*Data, error) {
	_, last, ok, err := past.Traded(ctx, scope)
	if err != nil || !ok {
		return nil, fmt.Errorf("cannot read what is new: %w", err)
	}
	from := max(l.data.First, l.data.Last-again+1)
	r := reading{cfg: l.cfg, scope: scope, first: from, last: max(last, l.data.Last),
		clicksFrom: from.Midnight().Unix()}
	l.keep(&r.gather, from)
	fresh, err := read(ctx, past, r)
	if err != nil {
		return nil, err
	}
	fresh.First = l.data.First
	return fresh, nil
}

// keep gathers what is known of the business days before one.
func (l *Learned) keep(g *Gather, before retail.Day) {
	d := l.data
	for _, h := range []*history.History{d.Members, d.Others} {
		for u := range int32(h.Users.Len()) {
			from, to := h.Of(u)
			for b := from; b < to; b++ {
				if d.day(h.Time[b], h.Store[b]) >= before {
					continue
				}
				qty := h.Quantities(b)
				for i, item := range h.Basket(b) {
					// A basket's place tells it from another of that second.
					g.Buy(history.Line{User: h.Users.ID(u), Item: h.Items.ID(item), Basket: int64(b),
						Time: h.Time[b], Store: h.Store[b], Qty: qty[i]})
				}
			}
		}
	}
	s := d.Sessions
	for n := range int32(s.Len()) {
		if s.Time[n] >= before.Midnight().Unix() {
			break // in order of the last click; a visit around that midnight is known by its end alone
		}
		for pos, item := range s.Clicks(n) {
			g.Look(history.Click{Session: -1 - int64(n), Item: s.Items.ID(item), Time: s.Time[n],
				Pos: int64(pos)})
		}
	}
}

// day is the business day of a moment at a store.
func (d *Data) day(at int64, store int32) retail.Day {
	return retail.Day((at + int64(d.Offset[store])) / daySeconds)
}

// changed lists the members whose baskets differ.
func changed(old, fresh *history.History) (members []int64) {
	for u := range int32(fresh.Users.Len()) {
		if id := fresh.Users.ID(u); !same(old, old.Users.Find(id), fresh, u) {
			members = append(members, id)
		}
	}
	for u := range int32(old.Users.Len()) {
		if id := old.Users.ID(u); fresh.Users.Find(id) < 0 {
			members = append(members, id)
		}
	}
	return members
}

// same reports whether a user has the same baskets in two histories.
func same(a *history.History, u int32, b *history.History, v int32) bool {
	if u < 0 || v < 0 {
		return false
	}
	i, end := a.Of(u)
	j, last := b.Of(v)
	if end-i != last-j {
		return false
	}
	for ; i < end; i, j = i+1, j+1 {
		one, two := a.Basket(i), b.Basket(j)
		if a.Time[i] != b.Time[j] || len(one) != len(two) {
			return false
		}
		for k := range one {
			if a.Items.ID(one[k]) != b.Items.ID(two[k]) {
				return false
			}
		}
	}
	return true
}

// retake lets a model forget a member and take the baskets anew.
func retake(m *basket.Model, h *history.History, member int64) {
	m.Delete(member)
	u := h.Users.Find(member)
	if u < 0 {
		return
	}
	from, to := h.Of(u)
	var items []int64
	for b := from; b < to; b++ {
		items = slices.Grow(items[:0], len(h.Basket(b)))
		for _, item := range h.Basket(b) {
			items = append(items, h.Items.ID(item))
		}
		m.Add(member, basket.Basket{Time: h.Time[b], Store: h.Store[b], Items: items})
	}
}
