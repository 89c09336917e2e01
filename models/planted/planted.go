// Package planted makes worlds in which the truth about tastes is known, for the judgement of models:
// goods belong to clusters, members favour a few clusters, a look at one item leads to its planted
// successors, and goods of one cluster share attributes. A model that learns finds the clusters again;
// popularity cannot.
//
// In comes a seed and sizes; out come a history, sessions, facts of goods, and what was held out.
// Guaranteed: the same Config gives the same World.
package planted

import (
	"math"
	"math/rand/v2"
	"sort"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/trait"
)

// Config is the size of a world; zeros take defaults.
type Config struct {
	Seed                   uint64
	Users, Items, Clusters int // default 600, 400, 10
	Baskets, Lines         int // baskets of a user, lines of a basket, in the mean: default 6, 4
	Sessions, Long         int // sessions, clicks of a session: default 3,000, 5
	// Noise is the share of lines and clicks that follow popularity instead of taste. Default 0.2.
	Noise float64
}

// World is what happened, and what was held out of it.
type World struct {
	Config   Config
	History  *history.History
	Sessions *history.Sessions
	// Held are, for each user number of History, items that the user went on to buy and had not bought
	// before.
	Held [][]int32
	// Runs are sessions that the models have not seen.
	Runs [][]int32
	// Facts are the attributes of the goods: the category is the cluster, the brand half tells it, the
	// colour not.
	Facts []trait.Trait

	rng  *rand.Rand
	zipf []float64 // cumulated shares of the ranks within a cluster
}

func (c Config) orDefault() Config {
	for _, d := range []struct {
		v *int
		d int
	}{{&c.Users, 600}, {&c.Items, 400}, {&c.Clusters, 10}, {&c.Baskets, 6}, {&c.Lines, 4},
		{&c.Sessions, 3000}, {&c.Long, 5}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	if c.Noise == 0 {
		c.Noise = .2
	}
	c.Items -= c.Items % c.Clusters
	return c
}

// Make draws the world.
func Make(c Config) *World {
	c = c.orDefault()
	w := &World{Config: c, rng: rand.New(rand.NewPCG(c.Seed, 77))}
	var sum float64
	for rank := range c.Items / c.Clusters {
		sum += 1 / math.Pow(float64(rank+2), .8)
		w.zipf = append(w.zipf, sum)
	}
	w.shop()
	w.browse()
	w.describe()
	return w
}

// ids of all goods, so that baskets and sessions are numbered alike: item n has the id n.
func (w *World) ids() []int64 {
	ids := make([]int64, w.Config.Items)
	for i := range ids {
		ids[i] = int64(i)
	}
	return ids
}

// Cluster is the truth about an item.
func (w *World) Cluster(item int32) int { return int(item) % w.Config.Clusters }

// draw takes an item of the cluster, the first ones more often.
func (w *World) draw(cluster int) int32 {
	x := w.rng.Float64() * w.zipf[len(w.zipf)-1]
	rank := sort.SearchFloat64s(w.zipf, x)
	return int32(min(rank, len(w.zipf)-1)*w.Config.Clusters + cluster)
}

// taste is the cluster of the next line or click.
func (w *World) taste(home [2]int) int {
	switch x := w.rng.Float64(); {
	case x < w.Config.Noise:
		return w.rng.IntN(w.Config.Clusters)
	case x < w.Config.Noise+(1-w.Config.Noise)*.7:
		return home[0]
	}
	return home[1]
}

func (w *World) homes() [2]int {
	return [2]int{w.rng.IntN(w.Config.Clusters), w.rng.IntN(w.Config.Clusters)}
}

func (w *World) shop() {
	c := w.Config
	var b history.Builder
	w.Held = make([][]int32, c.Users)
	for u := range c.Users {
		home, bought := w.homes(), map[int32]bool{}
		for basket := range c.Baskets {
			for range 1 + w.rng.IntN(2*c.Lines-1) {
				item := w.draw(w.taste(home))
				bought[item] = true
				b.Add(history.Line{User: int64(u), Item: int64(item), Time: int64(basket) * 86400, Qty: 1,
					Store: int32(u % 7)})
			}
		}
		for range 4 {
			if item := w.draw(w.taste(home)); !bought[item] {
				bought[item] = true
				w.Held[u] = append(w.Held[u], item)
			}
		}
	}
	w.History = b.Build(w.ids())
}

// Run draws a session: mostly each click leads to one of three planted successors of the one before.
func (w *World) Run() []int32 {
	home := w.homes()
	at := w.draw(home[0])
	run := []int32{at}
	for range 1 + w.rng.IntN(2*w.Config.Long-2) {
		if w.rng.Float64() < w.Config.Noise {
			at = w.draw(w.taste(home))
		} else {
			step := int32((1 + w.rng.IntN(3)) * 3 * w.Config.Clusters)
			at = (at + step) % int32(w.Config.Items)
		}
		run = append(run, at)
	}
	return run
}

func (w *World) browse() {
	var clicks []history.Click
	for s := range w.Config.Sessions {
		for pos, item := range w.Run() {
			clicks = append(clicks, history.Click{Session: int64(s), Item: int64(item), Time: int64(s),
				Pos: int64(pos)})
		}
	}
	w.Sessions = history.Group(clicks, w.ids())
	for range 500 {
		w.Runs = append(w.Runs, w.Run())
	}
}

func (w *World) describe() {
	for item := range int32(w.Config.Items) {
		cluster := int64(w.Cluster(item))
		brand := w.rng.Int64N(20)
		if w.rng.Float64() < .5 {
			brand = cluster
		}
		w.Facts = append(w.Facts, trait.Trait{Item: item, Field: trait.Category, Value: cluster},
			trait.Trait{Item: item, Field: trait.Brand, Value: brand},
			trait.Trait{Item: item, Field: trait.Colour, Value: w.rng.Int64N(6)})
	}
}

// Owned are the distinct items of a user, ascending by first purchase.
func (w *World) Owned(user int32) (items []int32) {
	seen := map[int32]bool{}
	from, to := w.History.Of(user)
	for b := from; b < to; b++ {
		for _, item := range w.History.Basket(b) {
			if !seen[item] {
				seen[item] = true
				items = append(items, item)
			}
		}
	}
	return items
}

// Popular is how often each item was bought.
func (w *World) Popular() []float32 {
	n := make([]float32, w.Config.Items)
	for _, item := range w.History.Item {
		n[item]++
	}
	return n
}

// Recall is the mean share of the held-out items that a model's list for the user holds; users of whom
// nothing was held out are not asked.
func (w *World) Recall(answer func(user int32, owned []int32) []int32) float64 {
	var sum float64
	asked := 0
	for u, held := range w.Held {
		if len(held) == 0 {
			continue
		}
		asked++
		found := 0
		for _, item := range answer(int32(u), w.Owned(int32(u))) {
			for _, h := range held {
				if h == item {
					found++
				}
			}
		}
		sum += float64(found) / float64(len(held))
	}
	return sum / float64(max(1, asked))
}
