package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/history"
)

// asked says of each split whether its users' last basket is a question.
func asked() map[string]bool {
	return map[string]bool{"history": false, "train": false, "validate": false, "future": true, "test": true}
}

// orders are the baskets of a file, and which of them are to be foretold.
type orders struct {
	lines []history.Line
	// last is the number of the last basket of each user of whom something is asked.
	last map[int64]int64
}

func readOrders(f *replay.File) (*orders, error) {
	users, items, o := newNames(), newNames(), &orders{last: map[int64]int64{}}
	splits := asked()
	err := read(f, func(r replay.Row) error {
		question, ok := splits[r.Values[1]]
		if !ok {
			return r.Bad(1, "none of history, future, train, validate, test")
		}
		no, err := strconv.ParseInt(r.Values[2], 10, 64)
		if err != nil {
			return r.Bad(2, "not a whole number")
		}
		// A future basket lies behind all of the history, wherever its numbers begin.
		if r.Values[1] == "future" {
			no += 1 << 40
		}
		l := history.Line{User: users.number(r.Values[0]), Item: items.number(r.Values[3]), Time: no,
			Basket: no, Qty: 1}
		o.lines = append(o.lines, l)
		if question {
			o.last[l.User] = max(o.last[l.User], no)
		}
		return nil
	}, "user_id", "split", "basket_no", "item_id")
	if err == nil && len(o.last) == 0 {
		err = errors.New("cannot judge: no row has the split future or test")
	}
	return o, err
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
	f, err := c.only("user_id", "split", "basket_no", "item_id")
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
	known   *history.History
	who     []int64
	seed    uint64
	model   *basket.Model
	scratch basket.Scratch
	room    []basket.Suggestion
}

func (b *blend) fit() (err error) {
	cfg := basket.Config{}
	cfg.Boost.Seed = b.seed
	b.model, err = basket.Fit(b.known, cfg)
	return err
}

func (b *blend) answer(q, most int) (list []int32) {
	b.room = b.model.Recommend(&b.scratch, basket.Question{Member: b.who[q], Most: most}, b.room[:0])
	for _, s := range b.room {
		list = append(list, b.known.Items.Find(s.Item))
	}
	return list
}

// plainBaskets are the plain methods: what all buy most, what the member bought most, and that filled up by
// what all buy.
func plainBaskets(known *history.History, who []int64) []pupil {
	counts := make([]int32, known.Items.Len())
	for _, item := range known.Item {
		counts[item]++
	}
	best := ranked(counts)
	own := func(q, most int) []int32 {
		u := known.Users.Find(who[q])
		if u < 0 {
			return nil
		}
		from, to := known.Of(u)
		times := map[int32]int32{}
		for b := from; b < to; b++ {
			for _, item := range known.Basket(b) {
				times[item]++
			}
		}
		list := make([]int32, 0, len(times))
		for item := range times {
			list = append(list, item)
		}
		slices.SortFunc(list, func(a, b int32) int {
			switch {
			case times[a] != times[b]:
				return int(times[b] - times[a])
			case counts[a] != counts[b]:
				return int(counts[b] - counts[a])
			}
			return int(a - b)
		})
		return list[:min(most, len(list))]
	}
	ready := func() error { return nil }
	return []pupil{
		{"popular", ready, func(_, most int) []int32 { return best[:min(most, len(best))] }},
		{"own frequency", ready, own},
		{"own, then popular", ready, func(q, most int) []int32 {
			list := own(q, most)
			for _, item := range best {
				if len(list) >= most {
					break
				}
				if !slices.Contains(list, item) {
					list = append(list, item)
				}
			}
			return list
		}},
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
