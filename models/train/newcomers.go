package train

import (
	"context"
	"slices"

	"github.com/tillstream/tillstream/models/cold"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/popular"
	"github.com/tillstream/tillstream/models/trait"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// mostStrangers is how many goods are taken for new ones in the judgement, at most a tenth of all: what they
// are like must stay in the shop.
const mostStrangers = 1_000

// cold is judged by goods that are sold already, as if nobody knew them: what it inherits for them from
// goods like them is held against what they are really bought with.
func (t *training) cold(ctx context.Context) (l lesson, err error) {
	if err = t.learnPast(); err != nil {
		return l, err
	}
	strangers := t.strangers()
	family := t.adopt(t.goes, strangers)
	best := t.view.Top(-1, popular.At(t.heldFrom, 0), make([]list.Scored, 0, depth+1))
	l.exam, err = t.ask(ctx, Cold, len(strangers), func() func(int, *exam) {
		var truth, base []int32
		return func(i int, e *exam) {
			item := strangers[i]
			goes := t.goes.model.Of(item)
			truth = append(truth[:0], goes.Item[:min(len(goes.Item), depth)]...)
			slices.Sort(truth)
			inherited, _ := family.Goes.Of(int32(i))
			base = pad(base[:0], best, []int32{item}, depth)
			e.take(inherited, base, truth, nil)
		}
	})
	l.finish = t.finishCold
	return l, err
}

// strangers draws goods that are described and often bought with others, ascending.
func (t *training) strangers() (drawn []int32) {
	var all []int32
	described := make([]bool, t.items)
	for _, f := range t.data.Facts {
		described[f.Item] = true
	}
	for item := range int32(t.items) {
		if described[item] && t.buyers[item] >= 5 && len(t.goes.model.Of(item).Item) >= depth {
			all = append(all, item)
		}
	}
	for _, i := range t.draw(len(all), 4) {
		drawn = append(drawn, all[i])
	}
	return drawn[:min(len(drawn), mostStrangers, (t.items+9)/10)]
}

// adopt makes the family of some goods (ascending), whose own traits and sales are not looked at.
func (t *training) adopt(c *company, newcomers []int32) *cold.Family {
	kin, facts := []trait.Trait(nil), map[int32][]trait.Trait{}
	for _, f := range t.data.Facts {
		if _, is := slices.BinarySearch(newcomers, f.Item); is {
			facts[f.Item] = append(facts[f.Item], f)
		} else {
			kin = append(kin, f)
		}
	}
	list := make([]cold.Newcomer, len(newcomers))
	for i, item := range newcomers {
		list[i] = cold.Newcomer{ID: t.data.Items().ID(item), Facts: facts[item]}
	}
	rate := make([]float32, t.items)
	for item, n := range t.buyers {
		rate[item] = float32(n) / float32(max(t.users, 1))
	}
	return cold.Adopt(cold.Kin{Traits: trait.Build(t.items, kin, trait.DefaultWeights()), Model: c.model,
		Rate: rate}, list, cold.FamilyConfig{})
}

// finishCold writes what goes with goods that nobody has bought yet, and where they may be shown.
func (t *training) finishCold(ctx context.Context, k shelf.Key) error {
	if err := t.learnAll(); err != nil {
		return err
	}
	var newcomers []int32
	for item := range int32(t.items) {
		if t.whole.bought.Held(item) == 0 {
			newcomers = append(newcomers, item)
		}
	}
	family := t.adopt(t.whole, newcomers)
	return t.putGoes(ctx, k, func(item int32, row []Proposal) []Proposal {
		add := func(items []int32, scores []float32, numbers bool) {
			for i, other := range items[:min(len(items), t.cfg.Top)] {
				if numbers { // heirs are numbered among the newcomers
					other = newcomers[other]
				}
				row = append(row, Proposal{Item: other, Score: clamp(scores[i]), Share: clamp(scores[i]),
					Kind: Alike})
			}
		}
		if n, is := slices.BinarySearch(newcomers, item); is {
			items, scores := family.Goes.Of(int32(n))
			add(items, scores, false)
			return row
		}
		items, scores := family.Heirs.Of(item)
		add(items, scores, true)
		return row
	})
}
