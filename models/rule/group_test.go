package rule_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func TestGroupsWithEnoughBasketsHaveRulesOfTheirOwn(t *testing.T) {
	var all [][]int32
	for i := range 60 { // group 0 buys 0 with 1, group 1 buys 0 with 2; group 2 is small
		all = append(all, []int32{0, int32(1 + i%2)})
	}
	all = append(all, []int32{3, 4}, []int32{3, 4})
	by := rule.Grouping{MinBaskets: 30, Of: func(b int32) int64 {
		if b >= 60 {
			return 2
		}
		return int64(b % 2)
	}}
	each := func(by rule.Grouping) (*rule.Groups, error) {
		return rule.Each(baskets(5, all...), by, rule.Config{MinSupport: 0.1},
			rule.Wanted{MinConfidence: 0.9})
	}
	g, err := each(by)
	if err != nil {
		t.Fatal(err)
	}
	if own := g.Own(); !slices.Equal(own, []int64{0, 1}) || g.Small != 1 {
		t.Errorf("got groups %v and %d small ones", own, g.Small)
	}
	f := func(group int64, wantOwn bool, want ...string) {
		t.Helper()
		found, own := g.For(group)
		var names []string
		for _, r := range found {
			names = append(names, name(r))
		}
		slices.Sort(names)
		if own != wantOwn || !slices.Equal(names, want) {
			t.Errorf("group %d: got %v, its own: %v", group, names, own)
		}
	}
	f(0, true, "[0] [1]", "[1] [0]")
	f(1, true, "[0] [2]", "[2] [0]")
	f(2, false, "[1] [0]", "[2] [0]")
	f(9, false, "[1] [0]", "[2] [0]")
	alone := mine(t, baskets(5, all...).Where(func(b int32) bool { return by.Of(b) == 1 }),
		rule.Config{MinSupport: 0.1})
	if got, _ := g.For(1); !reflect.DeepEqual(got, rules(t, alone, rule.Wanted{MinConfidence: 0.9})) {
		t.Error("a group's rules are not those of a view of its baskets")
	}
	by.MaxGroups = 1
	if _, err := each(by); !errors.Is(err, rule.ErrTooMany) {
		t.Errorf("two groups within a limit of one: %v", err)
	}
	by.MaxGroups, by.MinBaskets, by.MinCount = 0, 2, 3
	if g, err := each(by); err != nil || len(g.Own()) != 3 {
		t.Errorf("got %v (%v)", g, err)
	} else if rules, own := g.For(2); !own || len(rules) != 0 {
		t.Errorf("a small group has rules of fewer baskets than the least: %v", rules)
	}
}
