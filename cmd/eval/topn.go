package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
)

// taste is an item that a user took to, and when.
type taste struct {
	user, item int32
	time       int64
}

func topN(ctx context.Context, c *Config) error {
	f, err := c.only("user", "item")
	if err != nil {
		return err
	}
	if c.Folds == 0 && !f.Has("time") {
		return errors.New("cannot hold out the newest items: the file has no column time; ask for --folds")
	}
	c.Step("reading " + f.Name())
	all, users, items, err := c.readTastes(f)
	if err != nil {
		return err
	}
	c.Step(fmt.Sprintf("%d pairs of %d users and %d items", len(all), users, items))
	folds := max(1, c.Folds)
	part := c.divide(all)
	marks := map[string]*mark{}
	var order []string
	for fold := range folds {
		known, truths := split(all, part, fold, users, items)
		e := &exam{task: c.Task, items: items, truths: truths}
		for _, p := range c.likers(known) {
			c.Step(fmt.Sprintf("%s: fitting and judging %s, part %d of %d", c.Task, p.name, fold+1, folds))
			if marks[p.name] == nil {
				marks[p.name], order = newMark(c.K, items), append(order, p.name)
			}
			if err := marks[p.name].take(ctx, e, p, c.K); err != nil {
				return err
			}
		}
	}
	for _, name := range order {
		marks[name].scores(c.Task, name, c.K, c.Score)
	}
	return nil
}

func (c *Config) readTastes(f *replay.File) (all []taste, users, items int, err error) {
	columns := []string{"user", "item"}
	for _, more := range []string{"rating", "time"} {
		if f.Has(more) {
			columns = append(columns, more)
		}
	}
	who, what := newNames(), newNames()
	err = read(f, func(r replay.Row) error {
		t := taste{user: int32(who.number(r.Values[0])), item: int32(what.number(r.Values[1]))}
		for i := 2; i < len(columns); i++ {
			v, err := strconv.ParseFloat(r.Values[i], 64)
			switch {
			case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
				return r.Bad(i, "not a number")
			case columns[i] == "rating" && v < c.MinRating:
				return nil
			case columns[i] == "time":
				t.time = int64(v)
			}
		}
		all = append(all, t)
		return nil
	}, columns...)
	slices.SortFunc(all, func(a, b taste) int {
		return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.item, b.item), cmp.Compare(a.time, b.time))
	})
	all = slices.CompactFunc(all, func(a, b taste) bool { return a.user == b.user && a.item == b.item })
	return all, len(who.list), len(what.list), err
}

// newestShare is how much of a user's items the split by time holds out.
const newestShare = 5

// divide gives each pair the number of the fold that asks for it, -1 for none.
func (c *Config) divide(all []taste) []int8 {
	part := make([]int8, len(all))
	chance := rand.New(rand.NewPCG(c.Seed, 1))
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].user == all[from].user {
			to++
		}
		own := make([]int, to-from)
		for i := range own {
			own[i] = from + i
		}
		if c.Folds > 0 {
			chance.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
			for i, n := range own {
				part[n] = int8(i % c.Folds)
			}
		} else {
			slices.SortStableFunc(own, func(a, b int) int { return cmp.Compare(all[a].time, all[b].time) })
			for i, n := range own {
				if part[n] = -1; i >= len(own)-len(own)/newestShare {
					part[n] = 0
				}
			}
		}
		from = to
	}
	return part
}

// split parts the pairs into what is known and what a fold asks.
func split(all []taste, part []int8, fold, users, items int) (*factor.Owned, [][]int32) {
	known := &factor.Owned{Items: items, Start: make([]int32, 1, users+1)}
	truths := make([][]int32, users)
	i := 0
	for u := range users {
		for ; i < len(all) && int(all[i].user) == u; i++ {
			if int(part[i]) == fold {
				truths[u] = append(truths[u], all[i].item)
			} else {
				known.Item = append(known.Item, all[i].item)
			}
		}
		known.Start = append(known.Start, int32(len(known.Item)))
	}
	return known, truths
}

// likers are the models that say what a user likes; all items that the user does not own are ranked.
func (c *Config) likers(known *factor.Owned) []pupil {
	counts := make([]int32, known.Items)
	for _, item := range known.Item {
		counts[item]++
	}
	best := ranked(counts)
	pupils := []pupil{{"popular", func() error { return nil }, func(u, most int) []int32 {
		own, fresh := known.Of(u), make([]int32, 0, most)
		for _, item := range best {
			if _, has := slices.BinarySearch(own, item); !has && len(fresh) < most {
				fresh = append(fresh, item)
			}
		}
		return fresh
	}}, itemToItem(known)}
	if known.Items <= easeItems {
		pupils = append(pupils, ease(known))
	}
	return append(pupils, c.factors(known))
}

// easeItems is the largest catalogue for which the closed form is fitted.
const easeItems = 10_000

// onBoard is a model that adds scores to a board.
func onBoard(name string, known *factor.Owned, fit func() (func(*list.Board, []int32), error)) pupil {
	var vote func(*list.Board, []int32)
	board, room := list.NewBoard(known.Items), []list.Scored(nil)
	return pupil{name, func() (err error) {
		vote, err = fit()
		return err
	}, func(u, most int) []int32 {
		own := known.Of(u)
		board.Clear()
		for _, item := range own {
			board.Skip(item)
		}
		vote(board, own)
		room = board.Top(room[:0], most)
		return itemsOf(room)
	}}
}

func itemToItem(known *factor.Owned) pupil {
	return onBoard("item to item", known, func() (func(*list.Board, []int32), error) {
		counts := neighbour.Count(known.Items, neighbour.Groups{Start: known.Start, Item: known.Item},
			neighbour.Limits{Lines: 500})
		m, err := neighbour.Fit(neighbour.Sources{Bought: counts}, neighbour.Config{Top: 200})
		if err != nil {
			return nil, err
		}
		return m.Basket, nil
	})
}

func ease(known *factor.Owned) pupil {
	return onBoard("closed form", known, func() (func(*list.Board, []int32), error) {
		m, err := factor.FitEase(known, factor.EaseConfig{MaxItems: easeItems, Top: 500})
		if err != nil {
			return nil, err
		}
		return m.Vote, nil
	})
}

func (c *Config) factors(known *factor.Owned) pupil {
	var m *factor.Factors
	var room []list.Scored
	return pupil{"factors", func() error {
		m = factor.Fit(known, factor.Config{Seed: c.Seed})
		return nil
	}, func(u, most int) []int32 {
		if cap(room) != most {
			room = make([]list.Scored, 0, most)
		}
		return itemsOf(m.Top(m.User(int32(u)), known.Of(u), room))
	}}
}
