package train

import (
	"context"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/trait"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// alike is how many goods of the same kind stand behind the list of an item.
const alike = 50

// company is what goes with what, by the counts of some data.
type company struct {
	bought, visited *neighbour.Counts
	model           *neighbour.Model
}

// sources counts some data. What goods are like is the same for all of it.
func (t *training) sources(d *Data) neighbour.Sources {
	if t.traits == nil {
		t.traits = trait.Build(t.items, append([]trait.Trait(nil), d.Facts...), trait.DefaultWeights())
		t.alike = t.traits.Lists(alike, trait.DefaultHolders)
	}
	return neighbour.Sources{Bought: neighbour.Count(t.items, groupsOf(d), neighbour.Limits{}),
		Visited: neighbour.Count(t.items, neighbour.Visits(d.Sessions), neighbour.Limits{}), Alike: t.alike}
}

// learnWeights learns how the kinds of evidence are blended from the newest part of the past: what was held
// out must not be looked at before it judges.
func (t *training) learnWeights() (err error) {
	early, late := t.past.split(t.past.moment(t.cfg.HoldOut))
	t.weights, _, err = neighbour.LearnWeights(t.sources(early), groupsOf(late),
		neighbour.Config{Top: t.cfg.Top})
	return err
}

// companyOf counts some data and makes the lists.
func (t *training) companyOf(d *Data) (*company, error) {
	s := t.sources(d)
	model, err := neighbour.Fit(s, neighbour.Config{Weights: t.weights})
	return &company{bought: s.Bought, visited: s.Visited, model: model}, err
}

// groupsOf are all baskets of the data.
func groupsOf(d *Data) neighbour.Groups {
	m, o := neighbour.Baskets(d.Members), neighbour.Baskets(d.Others)
	if o.Len() == 0 {
		return m
	}
	all := neighbour.Groups{Start: append(make([]int32, 0, len(m.Start)+o.Len()), m.Start...),
		Item: append(append(make([]int32, 0, len(m.Item)+len(o.Item)), m.Item...), o.Item...)}
	for _, at := range o.Start[1:] {
		all.Start = append(all.Start, at+int32(len(m.Item)))
	}
	return all
}

// learnPast makes the company of the past once.
func (t *training) learnPast() (err error) {
	if t.goes == nil {
		if err = t.learnWeights(); err != nil {
			return err
		}
		t.goes, err = t.companyOf(t.past)
	}
	return err
}

// learnAll makes the company of all data once, and lets go of that of the past.
func (t *training) learnAll() (err error) {
	if t.whole == nil {
		t.whole, err = t.companyOf(t.data)
	}
	return err
}

// neighbours are asked as rules are.
func (t *training) neighbours(ctx context.Context) (l lesson, err error) {
	if err = t.learnPast(); err != nil {
		return l, err
	}
	l.exam, err = t.askCarts(ctx, Neighbours, func() func(cart, into []int32) []int32 {
		board, top := list.NewBoard(t.items), make([]list.Scored, 0, depth)
		return func(cart, into []int32) []int32 {
			board.Clear()
			t.goes.model.Basket(board, cart)
			return itemsOf(into, board.Top(top, depth))
		}
	})
	l.finish = t.finishNeighbours
	return l, err
}

func (t *training) finishNeighbours(ctx context.Context, k shelf.Key) error {
	if err := t.learnAll(); err != nil {
		return err
	}
	return t.putGoes(ctx, k, func(item int32, row []Proposal) []Proposal {
		r := t.whole.model.Of(item)
		for i := range r.Item[:min(len(r.Item), t.cfg.Top)] {
			row = append(row, t.proposal(item, r.Item[i], r.Score[i], r.Kind[i]))
		}
		return row
	})
}

// proposal says how two goods go together by all data.
func (t *training) proposal(item, other int32, score float32, kind neighbour.Kind) Proposal {
	p := Proposal{Item: other, Score: clamp(score), Share: clamp(score), Kind: Alike}
	counts := t.whole.bought
	switch kind {
	case neighbour.Bought:
		p.Kind = Bought
	case neighbour.Visited:
		p.Kind, counts = Visited, t.whole.visited
	default:
		p.Share = clamp(t.traits.Alike(item, other))
		return p
	}
	both, one, two := counts.Together(item, other), counts.Held(item), counts.Held(other)
	if p.Count = int32(both); p.Kind == Bought && one > 0 && two > 0 {
		p.Share = clamp(float32(both) / float32(one))
		p.Value = float32(float64(both) * float64(counts.Total()) / (float64(one) * float64(two)))
	}
	return p
}

// putGoes writes a row for each item, as a table and as lists.
func (t *training) putGoes(ctx context.Context, k shelf.Key,
	of func(item int32, row []Proposal) []Proposal) error {
	lists := newLists(t.data.Items())
	var rows shelf.Neighbours
	var row []Proposal
	block := 0
	for item := range int32(t.items) {
		row = of(item, row[:0])
		lists.Goes.Append(row)
		addNeighbours(&rows, t.data.Items(), item, row)
		if len(rows.Place) < blockRows && int(item) < t.items-1 {
			continue
		}
		if err := t.sink.PutNeighbours(ctx, k, block, &rows); err != nil {
			return err
		}
		rows, block = shelf.Neighbours{}, block+1
	}
	return t.putLists(ctx, k, lists)
}

// blockRows is how many rows one insert carries, about.
const blockRows = 200_000

func addNeighbours(r *shelf.Neighbours, items *history.Index, item int32, row []Proposal) {
	for i, p := range row {
		r.SKU, r.Place = append(r.SKU, items.ID(item)), append(r.Place, uint16(i+1))
		r.Neighbour, r.Kind = append(r.Neighbour, items.ID(p.Item)), append(r.Kind, p.Kind.String())
		r.Score, r.Together = append(r.Score, float64(p.Score)), append(r.Together, int64(p.Count))
		confidence := 0.
		if p.Kind == Bought {
			confidence = float64(p.Share)
		}
		r.Lift, r.Confidence = append(r.Lift, float64(p.Value)), append(r.Confidence, confidence)
	}
}
