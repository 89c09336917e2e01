package cold

import (
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/trait"
)

// Newcomer is an item that no model knows yet.
type Newcomer struct {
	ID    int64
	Facts []trait.Trait
}

// Kin is what is known of other goods.
type Kin struct {
	Traits *trait.Traits
	// Model holds what goes with each known item; it may be nil.
	Model *neighbour.Model
	// Rate is each known item's share in sales; it may be nil.
	Rate []float32
}

// FamilyConfig says how newcomers inherit.
type FamilyConfig struct {
	// Like is how many of the nearest goods a newcomer inherits from. Default 20.
	Like int
	// Top is how many goods that go with it a newcomer has. Default 50.
	Top int
	// Doubt is κ, how much likeness outweighs the belief that a newcomer sells as the mean of all
	// goods. Default 1: one twin and the mean count alike.
	Doubt float32
}

func (c FamilyConfig) orDefault() FamilyConfig {
	if c.Like <= 0 {
		c.Like = 20
	}
	if c.Top <= 0 {
		c.Top = 50
	}
	if !(c.Doubt > 0 && c.Doubt < 1e6) {
		c.Doubt = 1
	}
	return c
}

// Family is what newcomers inherit; newcomer n is IDs[n]. It is never changed.
type Family struct {
	IDs []int64
	// Like are the known goods most like each newcomer, with cosines.
	Like list.Lists
	// Goes is what goes with each newcomer: the lists of its like, weighed by likeness.
	Goes list.Lists
	// Rate is each newcomer's expected share in sales.
	Rate []float32
	// Heirs are, for each known item, the newcomers that are like it: where the item is recommended,
	// they may be.
	Heirs list.Lists
}

// Adopt makes the family of the newcomers. With w the likeness of the nearest known goods l,
//
//	goes(n, j) = Σ w_l s(l, j) / Σ w_l,   rate(n) = (Σ w_l r_l + κ r̄) / (Σ w_l + κ)
//
// A newcomer that is like nothing has empty lists and the mean rate.
func Adopt(kin Kin, newcomers []Newcomer, cfg FamilyConfig) *Family {
	cfg = cfg.orDefault()
	f := &Family{}
	search, board := kin.Traits.NewSearch(trait.DefaultHolders), list.NewBoard(kin.Traits.Items())
	like, goes := make([]list.Scored, 0, cfg.Like), make([]list.Scored, 0, cfg.Top)
	heirs := make([][]list.Scored, kin.Traits.Items())
	mean := kin.mean()
	for n, newcomer := range newcomers {
		like = search.NearestTo(like, newcomer.Facts, cfg.Like)
		f.IDs = append(f.IDs, newcomer.ID)
		f.Like.Append(like)
		f.Goes.Append(kin.goes(board, like, goes, cfg.Top))
		f.Rate = append(f.Rate, kin.rate(like, mean, cfg.Doubt))
		for _, l := range like {
			heirs[l.Item] = append(heirs[l.Item], list.Scored{Item: int32(n), Score: l.Score})
		}
	}
	for _, row := range heirs {
		list.Sort(row)
		f.Heirs.Append(row[:min(len(row), cfg.Top)])
	}
	return f
}

func (k Kin) goes(board *list.Board, like, buf []list.Scored, top int) []list.Scored {
	board.Clear()
	var sum float32
	for _, l := range like {
		sum += l.Score
	}
	for _, l := range like {
		if k.Model == nil {
			break
		}
		row := k.Model.Of(l.Item)
		for i, j := range row.Item {
			board.Add(j, l.Score*row.Score[i]/sum)
		}
	}
	return board.Top(buf, top)
}

func (k Kin) mean() float32 {
	var sum float64
	for _, r := range k.Rate {
		sum += float64(r)
	}
	return float32(sum / float64(max(1, len(k.Rate))))
}

func (k Kin) rate(like []list.Scored, mean, doubt float32) float32 {
	sum, weight := doubt*mean, doubt
	for _, l := range like {
		if int(l.Item) < len(k.Rate) {
			sum += l.Score * k.Rate[l.Item]
			weight += l.Score
		}
	}
	return sum / weight
}
