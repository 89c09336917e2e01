package recommend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// maxRules bounds the rules of a chain that are in force together, maxMatches the items that all of them
// name together.
const (
	maxRules   = retail.MaxRules
	maxMatches = 1 << 21
)

// Do is what a rule does.
type Do uint8

// What rules do: Boost multiplies a score, Pin puts an item at a place, Block takes items off every
// slate.
const (
	Boost Do = iota + 1
	Pin
	Block
)

// Rule is a wish of a merchandiser, of HQ for the chain or of a store for itself.
type Rule struct {
	ID string
	Do Do
	// Store is the store's number, -1 for the whole chain: then it is HQ's.
	Store int32
	// Scenes has bit s for each Scene; 0 means all.
	Scenes uint8
	// What it is about: an item, a subtree of categories From ≤ c < To, a brand, tags. Item and Brand are
	// -1, To 0 and Tags 0 for any. A pin names an item.
	Item, From, To, Brand int32
	Tags                  uint8
	// Factor multiplies scores, above 0; below 1 it buries.
	Factor float32
	// Place is where a pin stands, from 1.
	Place int32
	// Quota is how many places of a slate a boost may win, 0 for any number. What it would not have
	// won without the boost is not counted apart: a boosted item counts.
	Quota int32
	// FromS and UntilS are the window in seconds since 1970; UntilS 0 means for ever.
	FromS, UntilS int64
}

// Quotas bound what rules may take of one slate, so that it stays a recommendation.
type Quotas struct {
	// ChainPins are HQ's pins, StorePins the store's. Defaults 2 and 1.
	ChainPins, StorePins int
}

// Rules are compiled against the items of one snapshot.
type Rules struct {
	list   []Rule
	quotas Quotas
	// start and of say which rules name an item.
	start []uint32
	of    []uint16
	pins  []uint16
	// blocks is true when any rule blocks.
	blocks bool
}

// CompileRules finds the items of each rule. Cost: rules times items, once per snapshot or change of
// rules.
func CompileRules(s *Snapshot, rules []Rule, quotas Quotas) (*Rules, error) {
	if len(rules) > maxRules {
		return nil, fmt.Errorf("cannot use %d rules: at most %d", len(rules), maxRules)
	}
	quotas.ChainPins, quotas.StorePins = cmp.Or(quotas.ChainPins, 2), cmp.Or(quotas.StorePins, 1)
	c := &Rules{list: slices.Clone(rules), quotas: quotas}
	n := s.Items.Len()
	c.start = make([]uint32, 1, n+1)
	for k := range c.list {
		if err := c.list[k].check(s); err != nil {
			return nil, fmt.Errorf("cannot use rule %s: %w", c.list[k].ID, err)
		}
		if c.list[k].Do == Pin {
			c.pins = append(c.pins, uint16(k))
		}
		c.blocks = c.blocks || c.list[k].Do == Block
	}
	for item := range int32(n) {
		for k := range c.list {
			if c.list[k].Do != Pin && c.list[k].matches(s, item) {
				c.of = append(c.of, uint16(k))
			}
		}
		if len(c.of) > maxMatches {
			return nil, fmt.Errorf("cannot use rules that name more than %d items together", maxMatches)
		}
		c.start = append(c.start, uint32(len(c.of)))
	}
	slices.SortStableFunc(c.pins, func(a, b uint16) int { return int(c.list[a].Place - c.list[b].Place) })
	return c, nil
}

// Rule returns the rule with a number of Pick.Rule.
func (c *Rules) Rule(number int16) *Rule { return &c.list[number] }

func (r *Rule) check(s *Snapshot) error {
	switch {
	case r.Do < Boost || r.Do > Block:
		return errors.New("it neither boosts, pins nor blocks")
	case r.Store < -1 || int(r.Store) >= len(s.Stores.ID):
		return fmt.Errorf("there is no store %d", r.Store)
	case r.Item < -1 || int(r.Item) >= s.Items.Len():
		return fmt.Errorf("there is no item %d", r.Item)
	case r.Do == Boost && !(r.Factor > 0 && r.Factor <= 1000):
		return fmt.Errorf("factor %v is not within 0 and 1000", r.Factor)
	case r.Do == Pin && (r.Item < 0 || r.Place < 1 || r.Place > MaxLimit):
		return fmt.Errorf("a pin wants an item and a place from 1 to %d, got %d", MaxLimit, r.Place)
	case r.Quota < 0 || r.Quota > MaxLimit:
		return fmt.Errorf("quota %d is not within 0 and %d", r.Quota, MaxLimit)
	}
	return nil
}

func (r *Rule) matches(s *Snapshot, item int32) bool {
	i := &s.Items
	return (r.Item < 0 || r.Item == item) && (r.Brand < 0 || i.Brand[item] == r.Brand) &&
		(r.To == 0 || i.Category[item] >= r.From && i.Category[item] < r.To) &&
		i.Tags[item]&r.Tags == r.Tags
}

func (r *Rule) holds(q *Query) bool {
	return (r.Store < 0 || r.Store == q.Store) && (r.Scenes == 0 || r.Scenes>>q.Scene&1 == 1) &&
		q.NowS >= r.FromS && (r.UntilS == 0 || q.NowS < r.UntilS)
}

// pin finds which rules hold, and the pins that may stand: eligible ones, within the quotas.
func (r *Ranker) pin() {
	rules := r.q.Rules
	if rules == nil {
		return
	}
	clear(r.active[:])
	clear(r.used[:len(rules.list)])
	for k := range rules.list {
		if rules.list[k].holds(r.q) {
			r.active[k/64] |= 1 << (k % 64)
		}
	}
	chain, store := rules.quotas.ChainPins, rules.quotas.StorePins
	for _, k := range rules.pins {
		rule := &rules.list[k]
		quota := &store
		if rule.Store < 0 {
			quota = &chain
		}
		if *quota == 0 || !r.holds(k) || len(r.pins) == min(r.q.Limit, cap(r.pins)) ||
			!r.pinnable(rule.Item) {
			continue
		}
		*quota--
		r.pins = append(r.pins, Pick{Item: rule.Item, Rung: OnNewest, Anchor: -1, Combo: -1, Rule: int16(k),
			Edge: NewEdge(rule.Item, Chosen, 1, 0, 0, 0)})
		r.mark(rule.Item, barred)
	}
}

func (r *Ranker) holds(rule uint16) bool { return r.active[rule/64]>>(rule%64)&1 == 1 }

// pinnable reports whether a pin may stand. One that is a candidate already stops being one.
func (r *Ranker) pinnable(item int32) bool {
	at := r.place[item]
	if at == barred || at <= untouched && !r.eligible(item) || r.blocked(item) {
		return false
	}
	for k := range r.pins {
		if r.pins[k].Item == item {
			return false
		}
	}
	if at > 0 {
		r.found[at-1].score = -1
	}
	return true
}

func (r *Ranker) blocked(item int32) bool {
	rules := r.q.Rules
	if rules == nil || !rules.blocks {
		return false
	}
	for _, k := range rules.of[rules.start[item]:rules.start[item+1]] {
		if rules.list[k].Do == Block && r.holds(k) {
			return true
		}
	}
	return false
}

// boost applies rules to the candidates from number from on. Those that are blocked, or pinned, go.
func (r *Ranker) boost(from int) {
	kept := r.found[:from]
	for k := from; k < len(r.found); k++ {
		c := r.found[k]
		if c.score < 0 || r.blocked(c.item) {
			r.place[c.item] = barred
			continue
		}
		r.gain(&c)
		kept = append(kept, c)
		r.place[c.item] = int16(len(kept))
	}
	r.found = kept
}

func (r *Ranker) gain(c *candidate) {
	rules := r.q.Rules
	if rules == nil {
		return
	}
	strongest := float32(0)
	for _, k := range rules.of[rules.start[c.item]:rules.start[c.item+1]] {
		rule := &rules.list[k]
		if rule.Do != Boost || !r.holds(k) {
			continue
		}
		c.gain *= rule.Factor
		if f := max(rule.Factor, 1/rule.Factor); f > strongest {
			strongest, c.by = f, int16(k)
		}
	}
}

// spent reports whether the boost of a candidate has won all the places that it may.
func (r *Ranker) spent(c *candidate) bool {
	if c.by < 0 {
		return false
	}
	quota := r.q.Rules.list[c.by].Quota
	return quota > 0 && c.gain > 1 && int32(r.used[c.by]) >= quota
}
