package recommend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/retail"
)

// Skipped is a merchandising rule that a snapshot cannot use, and why.
type Skipped struct {
	ID     retail.RuleID
	Reason string
}

// FitRules compiles the rules of merchandisers for a snapshot. What names something that the snapshot does
// not hold, and what finds no room, is skipped: one rule about a brand that was dropped must not take the
// others with it. Where there is too much, blocks come before pins, pins before boosts, and older rules
// before newer ones. Cost: that of CompileRules, twice.
func FitRules(s *Snapshot, rules []retail.MerchandisingRule, quotas Quotas) (*Rules, []Skipped, error) {
	sorted := slices.Clone(rules)
	slices.SortFunc(sorted, func(a, b retail.MerchandisingRule) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.ID, b.ID))
	})
	var fitting []Rule
	var skipped []Skipped
	left := maxMatches
	for k := range sorted {
		r, err := fitRule(s, &sorted[k])
		if err == nil {
			err = r.check(s)
		}
		matches := 0
		if err == nil {
			matches = r.matchCount(s)
		}
		switch {
		case err != nil:
		case len(fitting) == maxRules:
			err = fmt.Errorf("there are %d before it", maxRules)
		case matches > left:
			err = fmt.Errorf("with those before it, it names more than %d goods", maxMatches)
		}
		if err != nil {
			skipped = append(skipped, Skipped{sorted[k].ID, err.Error()})
			continue
		}
		left -= matches
		fitting = append(fitting, r)
	}
	compiled, err := CompileRules(s, fitting, quotas)
	return compiled, skipped, err
}

// fitRule translates a rule into the numbers of a snapshot.
func fitRule(s *Snapshot, w *retail.MerchandisingRule) (Rule, error) {
	r := Rule{ID: strconv.FormatInt(int64(w.ID), 10), Do: Do(w.Kind), Store: -1, Scenes: w.Scenes, Item: -1,
		Brand: -1, Tags: w.Tags, Factor: float32(w.Factor), Place: w.Place, Quota: w.Quota}
	if !w.From.IsZero() {
		r.FromS = w.From.Unix()
	}
	if !w.Until.IsZero() {
		r.UntilS = w.Until.Unix()
	}
	if w.Store != 0 {
		if r.Store = s.Store(w.Store); r.Store < 0 {
			return r, fmt.Errorf("store %d is not in the catalogue", w.Store)
		}
	}
	if w.SKU != 0 {
		if r.Item = s.Item(w.SKU); r.Item < 0 {
			return r, fmt.Errorf("SKU %d is not in the catalogue", w.SKU)
		}
	}
	if w.Category != "" {
		c, known := s.Category([]byte(w.Category))
		if !known {
			return r, fmt.Errorf("category %q is not in the catalogue", w.Category)
		}
		r.From, r.To = c, s.Categories.End[c]
	}
	if w.Brand != "" {
		b, known := s.Brand([]byte(w.Brand))
		if !known {
			return r, fmt.Errorf("brand %q is not in the catalogue", w.Brand)
		}
		r.Brand = b
	}
	if r.Item < 0 && r.To == 0 && r.Brand < 0 && r.Tags == 0 {
		return r, errors.New("it names no goods")
	}
	return r, nil
}

// matchCount is how many items of the list of matches a rule takes.
func (r *Rule) matchCount(s *Snapshot) (n int) {
	if r.Do == Pin {
		return 0
	}
	for item := range int32(s.Items.Len()) {
		if r.matches(s, item) {
			n++
		}
	}
	return n
}
