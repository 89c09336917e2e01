package train

import (
	"context"
	"slices"

	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/boost"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// nextBasket is judged by the first held-out basket of members with a past, at its time and store. The
// weights that were judged are those that are published: they were learnt from the newest basket of each
// member before the hold-out, and the held-out baskets are then taken as the tills would bring them.
func (t *training) nextBasket(ctx context.Context) (l lesson, err error) {
	model, err := basket.Fit(t.past.Members, basket.Config{FitMembers: t.cfg.FitMembers,
		Workers: t.cfg.Workers, Boost: boost.Config{Seed: t.cfg.Seed}})
	if err != nil {
		return l, err
	}
	if !model.Stats().Fitted {
		l.note = "no member has two baskets: ranked by habit and popularity"
	}
	held, items := t.held.Members, t.data.Items()
	l.exam, err = t.ask(ctx, NextBasket, len(t.shoppers), func() func(int, *exam) {
		var s basket.Scratch
		var found []basket.Suggestion
		var picked, base []int32
		near := make([]list.Scored, 0, depth)
		return func(i int, e *exam) {
			u := t.shoppers[i]
			b, _ := held.Of(u)
			found = model.Recommend(&s, basket.Question{Member: held.Users.ID(u), At: held.Time[b],
				Store: held.Store[b], Most: depth}, found[:0])
			picked = picked[:0]
			for _, f := range found {
				picked = append(picked, items.Find(f.Item))
			}
			near = t.view.Top(held.Store[b], t.at(held, b), near[:0])
			base = itemsOf(base[:0], near)
			e.take(picked, base, held.Basket(b), ownedBy(t.past.Members, u, nil))
		}
	})
	l.finish = func(ctx context.Context, k shelf.Key) error {
		model.Load(held)
		t.baskets = model
		return t.finishBaskets(ctx, k, model)
	}
	return l, err
}

func (t *training) finishBaskets(ctx context.Context, k shelf.Key, model *basket.Model) error {
	h, items, units := t.data.Members, t.data.Items(), t.unitsLately()
	return t.putPersonal(ctx, k, true, func() func(u int32, row []Proposal) []Proposal {
		var s basket.Scratch
		var found []basket.Suggestion
		return func(u int32, row []Proposal) []Proposal {
			found = model.Recommend(&s, basket.Question{Member: h.Users.ID(u), Most: t.cfg.Top}, found[:0])
			for _, f := range found {
				item := items.Find(f.Item)
				p := Proposal{Item: item, Score: clamp(float32(f.Score)), Share: clamp(float32(f.Score)),
					Count: f.Bought, Kind: Taste}
				switch every := everyDays(h, u, item); {
				case f.Reason == basket.Habit && every > 0: // once is not a habit yet
					p.Kind, p.Value = Habit, every
				case f.Reason == basket.Popular:
					p.Kind, p.Count = Sold, int32(units[place{0, item}])
				}
				row = append(row, p)
			}
			return row
		}
	})
}

// everyDays is the mean number of days between two baskets of a user with an item, 0 below two.
func everyDays(h *history.History, u, item int32) float32 {
	var first, last int64
	n, from, to := 0, int32(0), int32(0)
	for from, to = h.Of(u); from < to; from++ {
		if _, has := slices.BinarySearch(h.Basket(from), item); has {
			if last = h.Time[from]; n == 0 {
				first = last
			}
			n++
		}
	}
	if n < 2 {
		return 0
	}
	return float32(float64(last-first) / daySeconds / float64(n-1))
}

// ownedBy appends the goods that a user bought, ascending, each once.
func ownedBy(h *history.History, u int32, dst []int32) []int32 {
	from, to := h.Of(u)
	dst = append(dst, h.Item[h.Start[from]:h.Start[to]]...)
	slices.Sort(dst)
	return slices.Compact(dst)
}

// putPersonal writes the lists of all members, some thousands at a time, with what each owns if wanted.
func (t *training) putPersonal(ctx context.Context, k shelf.Key, withOwned bool,
	sitting func() func(u int32, row []Proposal) []Proposal) error {
	h := t.data.Members
	lists := newLists(t.data.Items())
	lists.Members = h.Users.IDs()
	if withOwned {
		lists.OwnedStart = append(lists.OwnedStart, 0)
	}
	asked := make([]func(int32, []Proposal) []Proposal, t.cfg.Workers)
	for from, block := 0, 0; from < h.Users.Len(); from, block = from+membersAtOnce, block+1 {
		n := min(membersAtOnce, h.Users.Len()-from)
		found := make([][]Proposal, n)
		t.share(ctx, k.Model, "scoring members", n, func(worker, first, end int) {
			if asked[worker] == nil {
				asked[worker] = sitting()
			}
			for i := first; i < end && ctx.Err() == nil; i++ {
				found[i] = asked[worker](int32(from+i), nil)
			}
		})
		if err := ctx.Err(); err != nil {
			return err
		}
		var rows shelf.Tops
		for i, row := range found {
			u := int32(from + i)
			lists.Personal.Append(row)
			t.addTops(&rows, u, row)
			if withOwned {
				lists.Owned = append(lists.Owned, ownedBy(h, u, nil)...)
				lists.OwnedStart = append(lists.OwnedStart, int32(len(lists.Owned)))
			}
		}
		if err := t.sink.PutTops(ctx, k, block, &rows); err != nil {
			return err
		}
		t.cfg.Progress(k.Model, "scoring members", from+n, h.Users.Len())
	}
	return t.putLists(ctx, k, lists)
}

// membersAtOnce bounds the rows that are held before they are written.
const membersAtOnce = 8_192

func (t *training) addTops(r *shelf.Tops, u int32, row []Proposal) {
	h, items := t.data.Members, t.data.Items()
	home := int32(0)
	if from, to := h.Of(u); from < to {
		home = h.Store[to-1]
	}
	for i, p := range row {
		r.Member, r.Place = append(r.Member, h.Users.ID(u)), append(r.Place, uint16(i+1))
		r.Home, r.SKU = append(r.Home, home), append(r.SKU, items.ID(p.Item))
		r.Score, r.Reason = append(r.Score, float64(p.Score)), append(r.Reason, p.Kind.String())
		if p.Kind == Sold { // it counts units there
			p.Count = 0
		}
		r.Bought, r.EveryDays = append(r.Bought, p.Count), append(r.EveryDays, float64(p.Value))
	}
}
