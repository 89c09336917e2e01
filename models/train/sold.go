package train

import (
	"context"
	"slices"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/popular"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

const (
	daySeconds = 86_400
	// parts is how many parts of the day have lists of their own; the hour asked for is their middle.
	parts = 6
	// lately is how many days the units behind a list are counted over.
	lately = 28
)

// sell counts what the data says was sold.
func (t *training) sell(d *Data) *popular.Live {
	l, now := popular.New(t.items, popular.Config{}), d.newest()
	for _, h := range []*history.History{d.Members, d.Others} {
		for b := range int32(h.Baskets()) {
			qty := h.Quantities(b)
			for i, item := range h.Basket(b) {
				l.Add(popular.Sale{Store: h.Store[b], Item: item, Time: h.Time[b],
					OffsetSeconds: d.Offset[h.Store[b]], Units: qty[i]}, now)
			}
		}
	}
	l.Refresh()
	return l
}

// popularity is judged by what the held-out baskets hold, beside the best sellers of the chain, the same at
// every store and hour.
func (t *training) popularity(ctx context.Context) (l lesson, err error) {
	best := list.NewBest(nil, depth)
	for item, n := range t.buyers {
		best.Offer(int32(item), float32(n))
	}
	plain := itemsOf(nil, best.Sorted())
	l.exam, err = t.ask(ctx, Popularity, len(t.carts), func() func(int, *exam) {
		top, items := make([]list.Scored, 0, depth), []int32(nil)
		return func(i int, e *exam) {
			c := t.carts[i]
			top = t.view.Top(c.of.Store[c.basket], t.at(c.of, c.basket), top[:0])
			items = itemsOf(items[:0], top)
			e.take(items, plain, c.of.Basket(c.basket), nil)
		}
	})
	l.finish = t.finishPopularity
	return l, err
}

func (t *training) finishPopularity(ctx context.Context, k shelf.Key) error {
	live := t.sell(t.data)
	lists, stores := newLists(t.data.Items()), t.stores()
	lists.Parts = parts
	units := t.unitsLately()
	for _, store := range stores {
		if store != 0 {
			lists.Stores = append(lists.Stores, int64(store))
		}
	}
	var rows shelf.Popular
	for _, store := range stores {
		table := &lists.Here
		if store == 0 {
			table = &lists.Chain
		}
		for part := range parts {
			row := t.soldAt(live.View(), store, part, units)
			table.Append(row)
			t.addPopular(&rows, store, part, row)
		}
	}
	if err := t.sink.PutPopular(ctx, k, 0, &rows); err != nil {
		return err
	}
	return t.putLists(ctx, k, lists)
}

// stores are the stores that sold something, 0 for the chain first.
func (t *training) stores() []int32 {
	all := slices.Concat([]int32{0}, t.data.Members.Store, t.data.Others.Store)
	slices.Sort(all)
	return slices.Compact(all)
}

type place struct{ store, item int32 }

// unitsLately counts the units of the last days, by store and, under the store 0, for the chain.
func (t *training) unitsLately() map[place]float32 {
	units, from := map[place]float32{}, t.data.newest()-lately*daySeconds
	for _, h := range []*history.History{t.data.Members, t.data.Others} {
		for b := range int32(h.Baskets()) {
			if h.Time[b] < from {
				continue
			}
			qty := h.Quantities(b)
			for i, item := range h.Basket(b) {
				units[place{0, item}] += qty[i]
				if h.Store[b] != 0 {
					units[place{h.Store[b], item}] += qty[i]
				}
			}
		}
	}
	return units
}

// soldAt lists what sells at a store, 0 for the chain, in a part of the day after the newest sale.
func (t *training) soldAt(v *popular.View, store int32, part int, units map[place]float32) []Proposal {
	tomorrow := popular.At(t.data.newest()+daySeconds, int(t.data.Offset[store]))
	tomorrow.Hour = uint8(part*24/parts + 12/parts)
	ask := store
	if store == 0 {
		ask = -1 // no store has this number, so that the chain's lists stand in
	}
	top := v.Top(ask, tomorrow, make([]list.Scored, 0, t.cfg.Top))
	row := make([]Proposal, len(top))
	for i, s := range top {
		row[i] = Proposal{Item: s.Item, Score: clamp(s.Score / top[0].Score), Share: clamp(s.Score),
			Count: int32(units[place{store, s.Item}]), Kind: Sold}
	}
	return row
}

func (t *training) addPopular(r *shelf.Popular, store int32, part int, row []Proposal) {
	for i, p := range row {
		r.Store, r.Hour = append(r.Store, store), append(r.Hour, uint8(part*24/parts))
		r.Place, r.SKU = append(r.Place, uint16(i+1)), append(r.SKU, t.data.Items().ID(p.Item))
		r.Share, r.Units = append(r.Share, float64(p.Share)), append(r.Units, int64(p.Count))
	}
}

// listsBlob is the name of what serving takes.
const listsBlob = "lists"

func (t *training) putLists(ctx context.Context, k shelf.Key, l *Lists) error {
	frame, err := l.AppendBinary(nil)
	if err != nil {
		return err
	}
	return t.sink.PutBlob(ctx, k, listsBlob, frame)
}
