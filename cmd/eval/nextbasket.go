package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/basket/rival"
	"github.com/tillstream/tillstream/models/history"
)

// orders are the baskets of a file, and which of them are to be foretold.
type orders struct {
	lines []history.Line
	// last is the number of the last basket of each user of whom something is asked.
	last map[int64]int64
}

func readOrders(f *replay.File) (*orders, error) {
	o := &orders{last: map[int64]int64{}}
	for row, err := range f.Baskets() {
		if err != nil {
			return nil, err
		}
		no := row.No
		if row.Future {
			no += 1 << 40
		}
		o.lines = append(o.lines, history.Line{User: row.User, Item: row.Item, Time: no, Basket: no, Qty: 1})
		if row.Asked {
			o.last[row.User] = max(o.last[row.User], no)
		}
	}
	switch {
	case len(o.lines) == 0:
		return nil, empty(f)
	case len(o.last) == 0:
		return nil, errors.New("cannot judge: no row has the split future or test")
	}
	return o, nil
}

// part divides what is known from what is asked.
func (o *orders) part() (known *history.History, who []int64, truths [][]int32) {
	var past, future history.Builder
	all := make([]int64, len(o.lines))
	for i, l := range o.lines {
		if all[i] = l.Item; o.last[l.User] == l.Time {
			if _, ask := o.last[l.User]; ask {
				future.Add(l)
				continue
			}
		}
		past.Add(l)
	}
	known = past.Build(all)
	targets := future.Build(all)
	for u := range int32(targets.Users.Len()) {
		from, _ := targets.Of(u)
		who = append(who, targets.Users.ID(u))
		truths = append(truths, targets.Basket(from))
	}
	return known, who, truths
}

func nextBasket(ctx context.Context, c *Config) error {
	f, err := c.only(replay.BasketColumns()...)
	if err != nil {
		return err
	}
	c.Step("reading " + f.Name())
	o, err := readOrders(f)
	if err != nil {
		return err
	}
	known, who, truths := o.part()
	c.Step(fmt.Sprintf("%d baskets of %d users are known, %d baskets asked for", known.Baskets(),
		known.Users.Len(), len(truths)))
	e := &exam{task: c.Task, items: known.Items.Len(), truths: truths}
	b := &blend{known: known, who: who, seed: c.Seed}
	return c.sit(ctx, e, append(plainBaskets(known, who), pupil{"blend", b.fit, b.answer}))
}

// blend is models/basket.
type blend struct {
	known *history.History
	who   []int64
	seed  uint64
	rank  func(member int64, most int) []int32
}

func (b *blend) fit() error {
	cfg := basket.Config{}
	cfg.Boost.Seed = b.seed
	m, err := basket.Fit(b.known, cfg)
	if err == nil {
		b.rank = m.Ranking(b.known.Items)
	}
	return err
}

func (b *blend) answer(q, most int) []int32 { return b.rank(b.who[q], most) }

// plainBaskets are the plain methods: what all buy most, what the member bought most, and that filled up by
// what all buy.
func plainBaskets(known *history.History, who []int64) []pupil {
	f := rival.NewFrequency(known)
	// of answers for a member of whom something is known, else by what all buy, or with nothing.
	of := func(personal func(user int32, most int) []int32, stranger func(most int) []int32,
	) func(q, most int) []int32 {
		return func(q, most int) []int32 {
			if u := known.Users.Find(who[q]); u >= 0 {
				return personal(u, most)
			}
			return stranger(most)
		}
	}
	ready := func() error { return nil }
	return []pupil{
		{"popular", ready, func(_, most int) []int32 { return f.Global(most) }},
		{"own frequency", ready, of(f.Personal, func(int) []int32 { return nil })},
		{"own, then popular", ready, of(f.Both, f.Global)},
	}
}

// ranked orders items by count, the highest first.
func ranked(counts []int32) []int32 {
	list := make([]int32, len(counts))
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortStableFunc(list, func(a, b int32) int { return int(counts[b] - counts[a]) })
	return list
}
