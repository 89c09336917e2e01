package neighbour

import (
	"github.com/tillstream/tillstream/models/list"
)

// LearnWeights tries blends in steps of a tenth and returns the one whose lists hold most of what else
// was in the baskets of a hold-out, with the share that it found. Questions are asked item by item,
// about 2,000 of them, drawn evenly from the hold-out; of equal blends the one nearer to the start of
// the search, which trusts baskets most, is taken. The sources must not have counted the hold-out.
//
// Cost: 66 blends × 2,000 questions × candidates of one list, about a second.
func LearnWeights(s Sources, holdOut Groups, cfg Config) (Weights, float64, error) {
	items, err := s.items()
	if err != nil {
		return Weights{}, 0, err
	}
	cfg = cfg.orDefault()
	qs := s.ask(questions(holdOut, items), items, cfg)
	best, found := cfg.Weights, -1.0
	if len(qs) == 0 {
		return best, 0, nil
	}
	board := list.NewBoard(items)
	const steps = 10
	for bought := steps; bought >= 0; bought-- {
		for visited := steps - bought; visited >= 0; visited-- {
			w := Weights{float32(bought), float32(visited), float32(steps - bought - visited)}
			var sum float64
			for i := range qs {
				sum += qs[i].recall(board, w, cfg.Top)
			}
			if sum > found+1e-9 {
				best, found = w, sum
			}
		}
	}
	for k := range best {
		best[k] /= steps
	}
	return best, found / float64(len(qs)), nil
}

// question asks for the rest of a basket, given one item of it.
type question struct {
	item   int32
	wanted []int32 // the whole basket
	// parts are the lists that each kind of evidence alone would give.
	parts [kinds][]list.Scored
}

// questions draws items of baskets that hold at least two known ones.
func questions(holdOut Groups, items int) (qs []question) {
	const limit = 2000
	stride := max(1, len(holdOut.Item)/limit)
	for g := range holdOut.Len() {
		basket := holdOut.Of(g)
		for i, item := range basket {
			known := item >= 0 && int(item) < items
			if known && len(basket) > 1 && (int(holdOut.Start[g])+i)%stride == 0 {
				qs = append(qs, question{item: item, wanted: basket})
			}
		}
	}
	return qs
}

// ask fills in what each kind of evidence answers.
func (s Sources) ask(qs []question, items int, cfg Config) []question {
	m := newMix(items)
	depth := 4 * cfg.Top
	for k := range kinds {
		alone := cfg
		alone.Top, alone.Weights = depth, Weights{}
		alone.Weights[k] = 1
		for i := range qs {
			qs[i].parts[k] = s.score(m, make([]list.Scored, 0, depth), qs[i].item, &alone)
		}
	}
	return qs
}

// recall is the share of the rest of the basket that the blend lists.
func (q *question) recall(board *list.Board, w Weights, top int) float64 {
	board.Clear()
	for k, part := range q.parts {
		if w[k] > 0 {
			for _, s := range part {
				board.Add(s.Item, w[k]*s.Score)
			}
		}
	}
	found, wanted := 0, 0
	listed := board.Top(make([]list.Scored, 0, top), top)
	for _, item := range q.wanted {
		if item == q.item {
			continue
		}
		wanted++
		for _, l := range listed {
			if l.Item == item {
				found++
				break
			}
		}
	}
	return float64(found) / float64(max(1, wanted))
}
