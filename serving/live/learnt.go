package live

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Learnt makes snapshots of what models/train has published; it implements Models.
type Learnt struct {
	// From is where models are kept. Required.
	From train.Source
	// Logger is told loudly what cannot be read. Required.
	Logger *slog.Logger
}

// How much a list counts beside the others of its row, so that what was bought together comes first.
const (
	boughtWeight  = 1
	visitedWeight = .7
	alikeWeight   = .4
	habitWeight   = 1
	tasteWeight   = .5
	// longest bounds a row that several lists make.
	longest = 40
)

// Newer implements Models. Where one model cannot be read, its version before stands in, and the others are
// served; where none can, what is there goes on serving.
func (l *Learnt) Newer(ctx context.Context, have uint64) ([]byte, error) {
	served, err := train.Load(ctx, l.From, have)
	if served == nil {
		return nil, err
	}
	if err != nil {
		l.Logger.Error("a model cannot be read: an older one stands in, or none", "error", err)
	}
	s, err := Joined(served)
	if err != nil {
		return nil, err
	}
	return s.Append(nil), nil
}

// Joined joins lists under one numbering of goods, with rules and visits beside them. It knows goods and
// stores by number alone: the catalogue that it is grafted onto knows the rest.
func Joined(served *train.Served) (*recommend.Snapshot, error) {
	j := joining{to: &recommend.Snapshot{Version: served.Version, Model: true, Rules: served.Rules},
		at: map[int64]int32{}, from: served.Lists}
	for _, model := range train.Models() {
		if lists := served.Lists[model]; lists != nil {
			for _, sku := range lists.Items {
				j.at[sku] = 0
			}
		}
	}
	j.items()
	j.goes()
	j.members()
	j.sold()
	if lists := served.Lists[train.Session]; lists != nil && len(served.Visits) > 0 {
		var err error
		if j.to.Visits, err = recommend.NewVisits(lists.Items, served.Visits); err != nil {
			return nil, err
		}
	}
	if lists := served.Lists[train.Factors]; lists != nil && len(served.Ease) > 0 {
		var err error
		if j.to.Likes, err = recommend.NewLikes(lists.Items, served.Ease); err != nil {
			return nil, err
		}
	}
	return j.to, nil
}

// joining makes one snapshot.
type joining struct {
	to   *recommend.Snapshot
	from map[string]*train.Lists
	at   map[int64]int32
	seen map[int32]bool
	row  []train.Proposal
}

// items numbers the goods.
func (j *joining) items() {
	i := &j.to.Items
	for sku := range j.at {
		i.SKU = append(i.SKU, sku)
	}
	slices.Sort(i.SKU)
	n := len(i.SKU)
	i.Category, i.Brand, i.Style = make([]int32, n), make([]int32, n), make([]int32, n)
	for k, sku := range i.SKU {
		j.at[sku] = int32(k)
		i.Category[k], i.Brand[k], i.Style[k] = -1, -1, -1
	}
	i.PriceFen, i.Tags, i.Flags = make([]int64, n), make([]uint8, n), make([]uint8, n)
	i.Code, i.Name, i.NameEN = make([]string, n), make([]string, n), make([]string, n)
	for k := range i.Flags {
		i.Flags[k] = recommend.Active
	}
}

// take adds what a row of a table proposes to a row of the snapshot, each item once; scores are brought to
// a highest one of weight.
func (j *joining) take(edges []recommend.Edge, lists *train.Lists, table *train.Table, row int,
	weight float32, kinds map[train.Kind]recommend.Kind) []recommend.Edge {
	j.row = table.Row(row, j.row[:0])
	best := float32(0)
	for _, p := range j.row {
		best = max(best, p.Score)
	}
	for _, p := range j.row {
		item := j.at[lists.Items[p.Item]]
		if j.seen[item] || best == 0 || len(edges) == longest {
			continue
		}
		j.seen[item] = true
		edges = append(edges, recommend.NewEdge(item, kinds[p.Kind], p.Score/best*weight, p.Value, p.Share,
			int(p.Count)))
	}
	return edges
}

func sorted(edges []recommend.Edge) []recommend.Edge {
	slices.SortStableFunc(edges, func(a, b recommend.Edge) int { return cmp.Compare(b.Score, a.Score) })
	return edges
}

// goes joins what goes with an item.
func (j *joining) goes() {
	kinds := map[train.Kind]recommend.Kind{train.Bought: recommend.BoughtTogether,
		train.Visited: recommend.ViewedTogether, train.Alike: recommend.Similar}
	rows := map[string]map[int64]int{}
	for _, model := range []string{train.Neighbours, train.Session, train.Cold} {
		if lists := j.from[model]; lists != nil {
			rows[model] = make(map[int64]int, len(lists.Items))
			for r, sku := range lists.Items {
				rows[model][sku] = r
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	for item, sku := range j.to.Items.SKU {
		j.seen = map[int32]bool{int32(item): true}
		var edges []recommend.Edge
		for _, part := range []struct {
			model  string
			weight float32
		}{{train.Neighbours, boughtWeight}, {train.Session, visitedWeight}, {train.Cold, alikeWeight}} {
			if r, ok := rows[part.model][sku]; ok {
				lists := j.from[part.model]
				edges = j.take(edges, lists, &lists.Goes, r, part.weight, kinds)
			}
		}
		j.to.Neighbours.Add(sorted(edges)...)
	}
}

// members joins what each member is likely to buy again with what is to the taste.
func (j *joining) members() {
	kinds := map[train.Kind]recommend.Kind{train.Habit: recommend.Repeat, train.Taste: recommend.Taste,
		train.Sold: recommend.SoldByChain}
	rows := map[int64][2]int{} // one more than the row in each list, 0 for none
	models := [2]*train.Lists{j.from[train.NextBasket], j.from[train.Factors]}
	for m, lists := range models {
		if lists == nil {
			continue
		}
		for r, member := range lists.Members {
			row := rows[member]
			row[m] = r + 1
			rows[member] = row
		}
	}
	for member := range rows {
		j.to.Members = append(j.to.Members, member)
	}
	slices.Sort(j.to.Members)
	if len(rows) > 0 {
		j.to.Owned.Start = append(j.to.Owned.Start, 0)
	}
	for _, member := range j.to.Members {
		j.seen = map[int32]bool{}
		var edges []recommend.Edge
		for m, weight := range [2]float32{habitWeight, tasteWeight} {
			if r := rows[member][m] - 1; r >= 0 {
				edges = j.take(edges, models[m], &models[m].Personal, r, weight, kinds)
			}
		}
		j.to.Personal.Add(sorted(edges)...)
		j.own(models[0], rows[member][0]-1)
	}
}

// own adds what a member has.
func (j *joining) own(lists *train.Lists, row int) {
	p := &j.to.Owned
	if lists != nil && row >= 0 && len(lists.OwnedStart) > 0 {
		from := len(p.Item)
		for _, item := range lists.Owned[lists.OwnedStart[row]:lists.OwnedStart[row+1]] {
			p.Item = append(p.Item, j.at[lists.Items[item]])
		}
		slices.Sort(p.Item[from:])
	}
	p.Start = append(p.Start, uint32(len(p.Item)))
}

// sold takes what sells.
func (j *joining) sold() {
	lists := j.from[train.Popularity]
	if lists == nil {
		return
	}
	s := j.to
	n := len(lists.Stores)
	s.HourSlots = int32(lists.Parts)
	s.Stores.Latitude, s.Stores.Longitude = make([]float64, n), make([]float64, n)
	s.Stores.Services, s.Stores.RadiusMetres = make([]uint8, n), make([]int32, n)
	for _, id := range lists.Stores {
		s.Stores.ID = append(s.Stores.ID, int32(id))
	}
	here := map[train.Kind]recommend.Kind{train.Sold: recommend.SoldHere}
	for row := range n * lists.Parts {
		j.seen = map[int32]bool{}
		s.Here.Add(j.take(nil, lists, &lists.Here, row, 1, here)...)
	}
	chain := map[train.Kind]recommend.Kind{train.Sold: recommend.SoldByChain}
	for row := range lists.Parts {
		j.seen = map[int32]bool{}
		s.Chain.Add(j.take(nil, lists, &lists.Chain, row, 1, chain)...)
	}
}
