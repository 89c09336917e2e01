package rule_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

const halfDayS = 43_200

// atNoon is a moment in the middle of a half.
const atNoon = 1_000*halfDayS + halfDayS/2

func TestLiveTellsWhatIsBoughtTogether(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{})
	add := func(n int, atS, nowS int64, items ...int64) {
		for range n {
			l.Add(items, atS, nowS)
		}
	}
	f := func(item int64, want ...string) {
		t.Helper()
		var got []string
		for _, p := range l.Ask(item, nil) {
			got = append(got, fmt.Sprintf("%d: %d of %d and %d in %d, lift %.2f", p.Item, p.Both, p.Left,
				p.Right, p.Total, p.Lift()))
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %d go %q, want %q", item, got, want)
		}
	}
	add(2, atNoon, atNoon, 7, 9, 7)
	f(7) // two may be one customer
	add(1, atNoon, atNoon, 9, 7)
	add(5, atNoon, atNoon, 1)
	add(2, atNoon, atNoon, 7, 1)
	f(7, "9: 3 of 5 and 3 in 10, lift 2.00")
	f(9, "7: 3 of 3 and 3 in 3, lift 1.00") // as of the last basket with it
	later := int64(atNoon + halfDayS)
	add(1, atNoon, later, 7, 9) // it comes late and counts where it belongs
	add(1, later, later, 7, 9)
	f(7, "9: 5 of 7 and 5 in 12, lift 1.71")
	add(1, later, later+halfDayS, 2)
	f(7) // one basket of the half before is left
	add(1, atNoon, later+halfDayS, 7, 9)
	if s := l.Stats(); s.Old != 1 || s.Items != 3 {
		t.Errorf("%+v", s)
	}
	add(1, later+5*halfDayS, later+halfDayS, 7, 9) // a clock is wrong
	add(1, later+halfDayS, later+halfDayS, 9, 7)
	f(7, "9: 3 of 3 and 3 in 4, lift 1.33")
	add(1, later+9*halfDayS, later+9*halfDayS, 3)
	if s := l.Stats(); s.Items != 1 {
		t.Errorf("%+v after a week", s)
	}
}

// TestLiveAgreesWithAPlainCount holds the counts of random baskets against maps. With more than 32 partners
// a count may be too low, and is never too high; what goes together most is there.
func TestLiveAgreesWithAPlainCount(t *testing.T) {
	f := func(seed uint64, items int64, exact bool) {
		rng := rand.New(rand.NewPCG(seed, 1))
		l := rule.NewLive(rule.LiveConfig{MinCount: 1})
		both, held := map[[2]int64]int32{}, map[int64]int32{}
		var total int32
		for range 3_000 {
			basket := []int64{1 + rng.Int64N(items), 1 + rng.Int64N(items)}
			if rng.IntN(4) == 0 {
				basket = append(basket, 1, 2) // the pair that is planted
			}
			l.Add(basket, atNoon, atNoon)
			slices.Sort(basket)
			basket = slices.Compact(basket)
			total++
			for _, a := range basket {
				held[a]++
				for _, b := range basket {
					both[[2]int64{a, b}]++
				}
			}
		}
		for a := int64(1); a <= items; a++ {
			for _, p := range l.Ask(a, nil) {
				want := both[[2]int64{a, p.Item}]
				if p.Both > want || exact && p.Both != want || p.Left != held[a] || p.Right > held[p.Item] ||
					p.Total > total || !(p.Score > 0 && p.Score <= 1) {
					t.Errorf("seed %d: %d with %d: %+v, want %d of %d", seed, a, p.Item, p, want, held[a])
				}
			}
		}
		if best := l.Ask(1, nil); len(best) == 0 || best[0].Item != 2 || best[0].Both < total/5 {
			t.Errorf("seed %d: with 1 go %+v", seed, best)
		}
	}
	for seed := range uint64(5) {
		f(seed, 20, true)
		f(seed, 500, false)
	}
}

func TestLiveIsBounded(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{MaxItems: 10, MaxBasket: 3, MinCount: 1, FirstVersion: 100})
	for item := int64(1); item <= 1_000; item++ {
		l.Add([]int64{item, item + 1}, atNoon, atNoon)
	}
	l.Add([]int64{1, 2, 3, 4}, atNoon, atNoon)
	if s := l.Stats(); s.Items != 10 || s.Refused == 0 || s.Oversize != 1 || s.Baskets != 1_000 {
		t.Errorf("%+v", s)
	}
	if l.Ask(10, nil)[0].Item != 9 || len(l.Ask(10, nil)) != 1 { // 11 was refused: it has no count
		t.Errorf("with 10 go %+v", l.Ask(10, nil))
	}
	if before := l.Version(1); before <= 100 || l.Version(999) != 0 || l.LastVersion() < before {
		t.Errorf("versions %d, %d, %d", before, l.Version(999), l.LastVersion())
	}
	was := l.Version(1)
	l.Add([]int64{1, 2}, atNoon, atNoon)
	if l.Version(1) == was || l.Version(5) == l.Version(1) {
		t.Error("a basket changes no version")
	}
}

func TestLiveIsReadWhileItCounts(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{MinCount: 1})
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			var found []rule.Partner
			for item := int64(0); item < 20_000; item++ {
				found = l.Ask(item%50, found[:0])
				for _, p := range found {
					if p.Both > p.Left || p.Both > p.Right {
						t.Errorf("%+v", p)
						return
					}
				}
			}
		})
	}
	rng := rand.New(rand.NewPCG(4, 1))
	for n := range int64(5_000) {
		at := atNoon + n*60
		l.Add([]int64{rng.Int64N(50), rng.Int64N(50), rng.Int64N(50)}, at, at)
	}
	reading.Wait()
}
