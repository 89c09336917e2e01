package recommend_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

func TestRulesThatDoNotFitAreSkipped(t *testing.T) {
	s := simulated.World(1, simulated.Shop())
	store, sku := retail.StoreID(s.Stores.ID[1]), retail.SKUID(s.Items.SKU[4])
	category, brand := s.Categories.Code[1], s.Brands[0]
	wishes := []retail.MerchandisingRule{
		{ID: 1, Kind: retail.RuleBoost, Category: category, Factor: 2, Quota: 3},
		{ID: 2, Kind: retail.RuleBlock, SKU: 1 << 40},
		{ID: 3, Kind: retail.RulePin, SKU: sku, Store: store, Place: 1, Window: retail.Window{
			From: time.Unix(100, 0), Until: time.Unix(200, 0)}},
		{ID: 4, Kind: retail.RuleBlock, Category: "gone"},
		{ID: 5, Kind: retail.RuleBoost, Brand: "dropped", Factor: 2},
		{ID: 6, Kind: retail.RuleBlock, Brand: brand, Store: 1 << 20},
		{ID: 7, Kind: retail.RuleBlock},
		{ID: 8, Kind: retail.RulePin, SKU: sku},
	}
	fitted, skipped, err := recommend.FitRules(s, wishes, recommend.Quotas{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []retail.RuleID
	for _, x := range skipped {
		if ids = append(ids, x.ID); x.Reason == "" {
			t.Errorf("rule %d is skipped without a reason", x.ID)
		}
	}
	if slices.Sort(ids); fmt.Sprint(ids) != "[2 4 5 6 7 8]" {
		t.Errorf("rules %v are skipped: %v", ids, skipped)
	}
	// Pins come before boosts.
	if pin, boost := fitted.Rule(0), fitted.Rule(1); pin.ID != "3" || pin.Item != 4 || pin.Store != 1 ||
		pin.FromS != 100 || pin.UntilS != 200 || boost.ID != "1" || boost.To != s.Categories.End[1] ||
		boost.Store != -1 || boost.Factor != 2 || boost.Quota != 3 {
		t.Errorf("fitted as %+v and %+v", pin, boost)
	}
}

// TestRulesDoWhatTheirWordsSay compares slates under rules of merchandisers with slates under the same
// rules written in numbers by hand.
func TestRulesDoWhatTheirWordsSay(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	s, q := shop(t, seed)
	for range 200 {
		var wishes []retail.MerchandisingRule
		var byHand []recommend.Rule
		for id := range 1 + rng.IntN(4) {
			c := int32(rng.IntN(len(s.Categories.Code)))
			w := retail.MerchandisingRule{ID: retail.RuleID(id + 1), Kind: retail.RuleBlock,
				Category: s.Categories.Code[c], Scenes: uint8(rng.IntN(4))}
			r := about(recommend.Block)
			r.From, r.To, r.Scenes = c, s.Categories.End[c], w.Scenes
			if rng.IntN(2) == 0 {
				w.Kind, w.Factor, r.Do, r.Factor = retail.RuleBoost, 4, recommend.Boost, 4
			}
			wishes, byHand = append(wishes, w), append(byHand, r)
		}
		fitted, skipped, err := recommend.FitRules(s, wishes, recommend.Quotas{})
		if err != nil || len(skipped) > 0 {
			t.Fatalf("seed %d: %v, %v", seed, skipped, err)
		}
		q.Rules = fitted
		got := rank(s, q)
		if q.Rules, err = recommend.CompileRules(s, byHand, recommend.Quotas{}); err != nil {
			t.Fatal(err)
		}
		want := rank(s, q)
		if len(got.Picks) != len(want.Picks) {
			t.Fatalf("seed %d: %d items, want %d", seed, len(got.Picks), len(want.Picks))
		}
		for k := range got.Picks {
			if got.Picks[k].Item != want.Picks[k].Item {
				t.Fatalf("seed %d: %+v: place %d holds item %d, want %d", seed, wishes, k, got.Picks[k].Item,
					want.Picks[k].Item)
			}
		}
	}
}

func TestRulesBeyondTheBoundsAreSkipped(t *testing.T) {
	s := simulated.World(1, simulated.Shop())
	var wishes []retail.MerchandisingRule
	for id := range retail.RuleID(retail.MaxRules + 1) {
		wishes = append(wishes, retail.MerchandisingRule{ID: id + 1, Kind: retail.RuleBoost, Factor: 2,
			SKU: retail.SKUID(s.Items.SKU[0])})
	}
	wishes[retail.MaxRules].Kind = retail.RuleBlock
	_, skipped, err := recommend.FitRules(s, wishes, recommend.Quotas{})
	if err != nil || len(skipped) != 1 || skipped[0].ID != retail.MaxRules {
		t.Errorf("skipped: %v (%v), want the newest boost", skipped, err)
	}
}

func TestQuotasHoldForFittedRules(t *testing.T) {
	free := spare(t, 1, 3)
	s, q := shop(t, 1)
	var wishes []retail.MerchandisingRule
	for k, item := range free {
		wishes = append(wishes, retail.MerchandisingRule{ID: retail.RuleID(k + 1), Kind: retail.RulePin,
			SKU: retail.SKUID(s.Items.SKU[item]), Place: int32(k + 1)})
	}
	for _, most := range []int{1, 3} {
		var err error
		if q.Rules, _, err = recommend.FitRules(s, wishes, recommend.Quotas{ChainPins: most}); err != nil {
			t.Fatal(err)
		}
		pinned := 0
		for _, p := range rank(s, q).Picks {
			if p.Edge.Kind() == recommend.Chosen {
				pinned++
			}
		}
		if pinned != most {
			t.Errorf("%d pins stand, want %d", pinned, most)
		}
	}
}
