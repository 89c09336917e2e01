package rival

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/models/list"
)

// Config says how much is fitted. The zero value takes the defaults, which are those that such programs come
// with.
type Config struct {
	// Factors is the length of a vector, Epochs how often least squares alternate, Rounds how often as many
	// pairs are drawn as there are purchases. Defaults 16, 15 and 100.
	Factors, Epochs, Rounds int
	// Ridge is λ of least squares. Default 0.06.
	Ridge float64
	// Top is how many items a list holds. Default 100.
	Top  int
	Seed uint64
	// Workers is how many goroutines compute. Default 1.
	Workers int
}

// Learned is what came out.
type Learned struct {
	// Goes are lists of items by item, Lists those by user; both the best first.
	Goes, Lists [][]int32
	// ALS and BPR are how well each factorisation found what users with a past bought next for the first
	// time.
	ALS, BPR judge.Quality
}

// data are purchases without time: what each user bought, who bought each item, both ascending.
type data struct{ bought, buyers [][]int32 }

func dataOf(h *history.History) *data {
	d := &data{make([][]int32, h.Users.Len()), make([][]int32, h.Items.Len())}
	for u := range int32(len(d.bought)) {
		from, to := h.Of(u)
		for b := from; b < to; b++ {
			d.bought[u] = append(d.bought[u], h.Basket(b)...)
		}
		slices.Sort(d.bought[u])
		d.bought[u] = slices.Compact(d.bought[u])
		for _, item := range d.bought[u] {
			d.buyers[item] = append(d.buyers[item], u)
		}
	}
	return d
}

// Learn fits on what happened before a time, judges by what happened since, fits the better factorisation
// again on everything, and makes all lists.
func Learn(ctx context.Context, all *history.History, at int64, cfg Config) (*Learned, error) {
	cfg.Factors, cfg.Epochs = cmp.Or(cfg.Factors, 16), cmp.Or(cfg.Epochs, 15)
	cfg.Rounds = cmp.Or(cfg.Rounds, 100)
	cfg.Ridge, cfg.Top, cfg.Workers = cmp.Or(cfg.Ridge, .06), cmp.Or(cfg.Top, 100), cmp.Or(cfg.Workers, 1)
	l, past, held := &Learned{}, dataOf(all.Before(at)), dataOf(all.From(at))
	// Both at once, so that the cores are busy while the gradient runs on one.
	var byPairs *factors
	var wg sync.WaitGroup
	wg.Go(func() { byPairs = bpr(past, cfg) })
	bySquares := als(past, cfg, max(1, cfg.Workers-1))
	wg.Wait()
	l.ALS, l.BPR = bySquares.judge(past, held, cfg), byPairs.judge(past, held, cfg)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	whole := dataOf(all)
	var best *factors
	if l.ALS.NDCG >= l.BPR.NDCG {
		best = als(whole, cfg, cfg.Workers)
	} else {
		best = bpr(whole, cfg)
	}
	l.Goes = together(whole, cfg)
	l.Lists = make([][]int32, len(whole.bought))
	best.each(whole, cfg, func(u int32, items []int32) { l.Lists[u] = items }, cfg.Top)
	return l, ctx.Err()
}

// judge asks for ten items of each user with a past who bought something new.
func (f *factors) judge(past, held *data, cfg Config) judge.Quality {
	lists := make([][]int32, len(past.bought))
	f.each(past, cfg, func(u int32, items []int32) { lists[u] = items }, 10)
	mean := judge.Mean{K: 10}
	for u, bought := range held.bought {
		truth := slices.DeleteFunc(slices.Clone(bought), func(item int32) bool {
			_, owned := slices.BinarySearch(past.bought[u], item)
			return owned
		})
		if len(past.bought[u]) > 0 && len(truth) > 0 {
			mean.Add(lists[u], truth)
		}
	}
	return mean.Quality()
}

// each scores every item for every user and hands the best over that the user has not bought.
func (f *factors) each(d *data, cfg Config, take func(u int32, items []int32), top int) {
	k, users := cfg.Factors, len(d.bought)
	var wg sync.WaitGroup
	for w := range cfg.Workers {
		wg.Go(func() {
			buffer := make([]list.Scored, 0, top)
			for u := w * users / cfg.Workers; u < (w+1)*users/cfg.Workers; u++ {
				best := list.NewBest(buffer, top)
				x, owned := f.users[u*k:(u+1)*k], d.bought[u]
				for item := range int32(len(d.buyers)) {
					if len(owned) > 0 && owned[0] == item {
						owned = owned[1:]
						continue
					}
					y, sum := f.items[int(item)*k:int(item+1)*k], float32(0)
					for i := range y {
						sum += x[i] * y[i]
					}
					best.Offer(item, sum)
				}
				var items []int32
				for _, s := range best.Sorted() {
					items = append(items, s.Item)
				}
				take(int32(u), items)
			}
		})
	}
	wg.Wait()
}

// together lists for each item those with the nearest buyers: n_ab/√(n_a n_b).
func together(d *data, cfg Config) [][]int32 {
	goes := make([][]int32, len(d.buyers))
	var wg sync.WaitGroup
	for w := range cfg.Workers {
		wg.Go(func() {
			board, best := list.NewBoard(len(d.buyers)), make([]list.Scored, 0, cfg.Top)
			for a := w * len(goes) / cfg.Workers; a < (w+1)*len(goes)/cfg.Workers; a++ {
				board.Clear()
				for _, u := range d.buyers[a] {
					for _, b := range d.bought[u] {
						if int(b) != a {
							board.Add(b, float32(1/math.Sqrt(float64(len(d.buyers[a]))*
								float64(len(d.buyers[b])))))
						}
					}
				}
				for _, s := range board.Top(best, cfg.Top) {
					goes[a] = append(goes[a], s.Item)
				}
			}
		})
	}
	wg.Wait()
	return goes
}
