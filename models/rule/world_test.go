package rule_test

import (
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

// The retail data of FIMI hold 908,576 items in 88,162 baskets, the commonest in 57 % and 48 % of them.
func TestTheRetailWorldHasTheShapeOfTheRealOne(t *testing.T) {
	b := rule.Retail(3).Draw()
	lines, count := 0, make([]int, b.Items)
	for i := range int32(b.Len) {
		basket := b.At(i)
		if len(basket) == 0 || !slices.IsSorted(basket) {
			t.Fatalf("basket %d holds %v", i, basket)
		}
		lines += len(basket)
		for _, item := range basket {
			count[item]++
		}
	}
	if mean := float64(lines) / float64(b.Len); b.Len != 88_162 || math.Abs(mean-10.3) > 0.5 {
		t.Errorf("%d baskets of %.2f items", b.Len, mean)
	}
	slices.Sort(count)
	first, second := float64(count[b.Items-1])/88_162, float64(count[b.Items-2])/88_162
	if math.Abs(first-0.57) > 0.06 || math.Abs(second-0.48) > 0.06 {
		t.Errorf("the commonest items lie in %.2f and %.2f of the baskets", first, second)
	}
}

func TestAWorldIsItsSeed(t *testing.T) {
	w := rule.Grocer(5)
	w.Baskets = 200
	one, same := w.Draw(), w.Draw()
	w.Seed++
	other, differs := w.Draw(), false
	for i := range int32(200) {
		if !slices.Equal(one.At(i), same.At(i)) {
			t.Fatalf("basket %d is %v, then %v", i, one.At(i), same.At(i))
		}
		differs = differs || !slices.Equal(one.At(i), other.At(i))
	}
	if !differs {
		t.Error("another seed gives the same baskets")
	}
}
