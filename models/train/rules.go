package train

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

const (
	// maxRules bounds what is written: a planner reads no more, and a till matches no faster.
	maxRules = 100_000
	// looser is how often the support is doubled where there are too many itemsets.
	looser = 10
)

// basketsOf are all baskets of the data, those of members first.
func basketsOf(d *Data) rule.Baskets {
	m, o := rule.Of(d.Members), rule.Of(d.Others)
	return rule.Baskets{Len: m.Len + o.Len, Items: m.Items, At: func(b int32) []int32 {
		if int(b) < m.Len {
			return m.At(b)
		}
		return o.At(b - int32(m.Len))
	}}
}

// mine finds rules; where there are too many, with a doubled support, which it returns.
func (t *training) mine(d *Data) (rules []rule.Rule, support float64, err error) {
	b := basketsOf(d)
	support = max(t.cfg.MinSupport, float64(t.cfg.MinCount)/float64(max(b.Len, 1)))
	for range looser {
		var sets *rule.Itemsets
		sets, err = rule.Mine(b, rule.Config{MinSupport: min(support, 1), MaxItemsets: 1_000_000,
			Workers: t.cfg.Workers})
		if err == nil {
			rules, err = sets.Rules(rule.Wanted{MinConfidence: t.cfg.MinConfidence, MinLift: 1.01,
				General: true, MaxRules: maxRules})
		}
		if !errors.Is(err, rule.ErrTooMany) {
			return rules, support, err
		}
		support *= 2
	}
	return nil, support, err
}

// rules are judged by the item of a held-out basket that the others of it foretell; where too few rules
// match, popularity fills the list, as it does for a cashier.
func (t *training) rules(ctx context.Context) (l lesson, err error) {
	found, support, err := t.mine(t.past)
	if err != nil {
		return l, err
	}
	if support > t.cfg.MinSupport {
		l.note = fmt.Sprintf("support %.4g instead of %.4g", support, t.cfg.MinSupport)
	}
	matcher := rule.NewMatcher(t.items, found)
	l.exam, err = t.askCarts(ctx, Rules, func() func(cart, list []int32) []int32 {
		var matched []int32
		board := list.NewBoard(t.items)
		top := make([]list.Scored, 0, depth)
		return func(cart, into []int32) []int32 {
			board.Clear()
			for _, item := range cart {
				board.Skip(item)
			}
			for _, n := range matcher.Match(cart, matched[:0]) {
				r := matcher.Rule(n)
				for _, item := range r.Then {
					if c := float32(r.Confidence()); c > board.Score(item) {
						board.Add(item, c-board.Score(item))
					}
				}
			}
			return itemsOf(into, board.Top(top, depth))
		}
	})
	l.finish = t.finishRules
	return l, err
}

// askCarts hides one item of each cart, drawn by the seed, and asks for it.
func (t *training) askCarts(ctx context.Context, model string,
	sitting func() func(cart, into []int32) []int32) (*exam, error) {
	return t.ask(ctx, model, len(t.carts), func() func(int, *exam) {
		answer := sitting()
		var rest, items, base []int32
		near := make([]list.Scored, 0, 300)
		return func(i int, e *exam) {
			c := t.carts[i]
			basket := c.of.Basket(c.basket)
			hidden := hide(t.cfg.Seed, i, len(basket))
			rest = append(append(rest[:0], basket[:hidden]...), basket[hidden+1:]...)
			near = t.view.Top(c.of.Store[c.basket], t.at(c.of, c.basket), near[:0])
			items = pad(answer(rest, items[:0]), near, rest, depth)
			base = pad(base[:0], near, rest, depth)
			e.take(items, base, basket[hidden:hidden+1], rest)
		}
	})
}

// hide picks one of n, the same for the same seed and question.
func hide(seed uint64, question, n int) int {
	x := (seed*0x9e3779b97f4a7c15 + uint64(question) + 1) * 0xbf58476d1ce4e5b9
	return int((x ^ x>>31) % uint64(n))
}

func (t *training) finishRules(ctx context.Context, k shelf.Key) error {
	found, _, err := t.mine(t.data)
	if err != nil {
		return err
	}
	baskets, items := t.data.baskets(), t.data.Items()
	frame, err := packRules(rule.Pack(int32(baskets), found, items))
	if err != nil {
		return err
	}
	if err := t.sink.PutBlob(ctx, k, setBlob, frame); err != nil {
		return err
	}
	for block := 0; len(found) > 0; block++ {
		some := found[:min(len(found), 20_000)]
		var r shelf.Rules
		for i := range some {
			addRule(&r, uint32(block*20_000+i+1), &some[i], items, int64(baskets))
		}
		if err := t.sink.PutRules(ctx, k, block, &r); err != nil {
			return err
		}
		found = found[len(some):]
	}
	return nil
}

// setBlob is the name of the rules that serving takes, setKind their frame's: rules have no checksum of
// their own.
const (
	setBlob   = "set"
	setKind   = "TRRS"
	setLayout = 1
)

func packRules(s *rule.Set) ([]byte, error) {
	wire, err := s.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	w := pack.NewWriter(nil, setKind, setLayout)
	w.Bytes(wire)
	return w.Seal(), nil
}

// DecodeRules reads rules back; src must hold exactly one frame.
func DecodeRules(src []byte) (*rule.Set, error) {
	r, err := pack.Open(src, setKind, setLayout)
	if err != nil {
		return nil, err
	}
	wire := r.Bytes()
	if err := r.Close(); err != nil {
		return nil, err
	}
	return rule.Decode(wire)
}

func addRule(r *shelf.Rules, place uint32, from *rule.Rule, items *history.Index, baskets int64) {
	r.Place = append(r.Place, place)
	r.Left, r.Right = append(r.Left, ids(items, from.If)), append(r.Right, ids(items, from.Then))
	r.Both, r.Baskets = append(r.Both, int64(from.Both)), append(r.Baskets, baskets)
	r.Support, r.Confidence = append(r.Support, from.Support()), append(r.Confidence, from.Confidence())
	r.Lift, r.Leverage = append(r.Lift, from.Lift()), append(r.Leverage, from.Leverage())
}

func ids(items *history.Index, numbers []int32) []int64 {
	all := make([]int64, len(numbers))
	for i, n := range numbers {
		all[i] = items.ID(n)
	}
	slices.Sort(all)
	return all
}
