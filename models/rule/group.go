package rule

import (
	"fmt"
	"maps"
	"slices"
)

// Grouping says which groups get rules of their own.
type Grouping struct {
	// Of returns the group of a basket: its store, its season, or both in one number. Required.
	Of func(b int32) int64
	// MinBaskets is how many baskets a group must have; a smaller one reads the rules of all baskets.
	// Default 1,000: at a support of 1 %, ten baskets then stand behind a rule.
	MinBaskets int
	// MinCount is in how many baskets of a group an itemset must stand at least, whatever the support says:
	// in a small group a low support would make a rule of one basket. Default 5.
	MinCount int32
	// MaxGroups bounds the groups that are mined and with them time and memory. Default 4,096. Where more
	// are large enough, Each returns ErrTooMany.
	MaxGroups int
}

// Groups are the rules of groups of baskets, and of all baskets.
type Groups struct {
	// All are the rules of all baskets.
	All []Rule
	own map[int64][]Rule
	// Small is how many groups had too few baskets.
	Small int
}

// For returns the rules of a group, or those of all baskets where it has none of its own.
func (g *Groups) For(group int64) (rules []Rule, own bool) {
	if rules, own = g.own[group]; own {
		return rules, true
	}
	return g.All, false
}

// Own returns the groups that have rules of their own, ascending.
func (g *Groups) Own() []int64 { return slices.Sorted(maps.Keys(g.own)) }

// Each mines all baskets, and each group that has enough of them.
func Each(b Baskets, by Grouping, cfg Config, want Wanted) (*Groups, error) {
	if by.MinBaskets == 0 {
		by.MinBaskets = 1000
	}
	if by.MinCount == 0 {
		by.MinCount = 5
	}
	if by.MaxGroups == 0 {
		by.MaxGroups = 4096
	}
	members := map[int64][]int32{}
	for i := range int32(b.Len) {
		members[by.Of(i)] = append(members[by.Of(i)], i)
	}
	g := &Groups{own: map[int64][]Rule{}}
	var err error
	if g.All, err = mineRules(b, cfg, want, 1); err != nil {
		return nil, err
	}
	for _, group := range slices.Sorted(maps.Keys(members)) {
		switch {
		case len(members[group]) < by.MinBaskets:
			g.Small++
			continue
		case len(g.own) == by.MaxGroups:
			return nil, fmt.Errorf("cannot mine group by group: more than %d groups have %d baskets; raise "+
				"MinBaskets or MaxGroups: %w", by.MaxGroups, by.MinBaskets, ErrTooMany)
		}
		if g.own[group], err = mineRules(b.only(members[group]), cfg, want, by.MinCount); err != nil {
			return nil, fmt.Errorf("cannot mine group %d: %w", group, err)
		}
	}
	return g, nil
}

func mineRules(b Baskets, cfg Config, want Wanted, least int32) ([]Rule, error) {
	count, err := cfg.leastCount(max(1, b.Len))
	if err != nil {
		return nil, err
	}
	cfg.MinCount = max(count, least)
	s, err := Mine(b, cfg)
	if err != nil {
		return nil, err
	}
	return s.Rules(want)
}
