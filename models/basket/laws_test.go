package basket_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/basket"
)

// fitted is a model with trees, so that every trait matters to the answers.
func fitted(t testing.TB, seed uint64) []byte {
	t.Helper()
	cfg := small()
	cfg.Boost.Trees, cfg.Boost.MinCurvature = 15, 1
	m, err := basket.Fit(historyOf(world(seed, 120, 40)), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Stats().Fitted {
		t.Fatalf("seed %d: nothing was learnt", seed)
	}
	for member := range int64(120) {
		m.Delete(100 + 7*member)
	}
	return encode(t, m)
}

func TestOneByOneIsAtOnce(t *testing.T) {
	for seed := range uint64(12) {
		blank, all := fitted(t, seed), world(seed+100, 40, 30)
		want := decode(t, blank)
		want.Load(historyOf(all))
		for round := range uint64(2) {
			got := decode(t, blank)
			for _, p := range mixed(seed+round, all, true) {
				got.Add(p.member, p.Basket)
			}
			same(t, seed, "one by one", got, want, 40)
		}
	}
}

// Without a limit on baskets even those of one member may come in any order.
func TestLateBasketsTakeTheirPlace(t *testing.T) {
	for seed := range uint64(12) {
		all := world(seed, 30, 30)
		cfg := small()
		cfg.MaxBaskets = 100
		want, got := model(t, cfg), model(t, cfg)
		want.Load(historyOf(all))
		for _, p := range mixed(seed, all, false) {
			got.Add(p.member, p.Basket)
		}
		same(t, seed, "late baskets", got, want, 30)
	}
}

func TestDeletedMembersWereNeverThere(t *testing.T) {
	for seed := range uint64(12) {
		blank, all := fitted(t, seed), world(seed+200, 40, 30)
		got, want := decode(t, blank), decode(t, blank)
		gone := func(member int64) bool { return member%3 == int64(seed)%3 }
		for _, p := range mixed(seed, all, true) {
			got.Add(p.member, p.Basket)
			if !gone(p.member) {
				want.Add(p.member, p.Basket)
			}
		}
		for _, p := range all {
			if met := got.Delete(p.member + 1); met {
				t.Fatalf("seed %d: a stranger was deleted", seed)
			}
			if gone(p.member) {
				got.Delete(p.member)
			}
		}
		same(t, seed, "deleted", got, want, 40)
		for _, p := range all { // and who comes back is new
			if gone(p.member) {
				got.Add(p.member, p.Basket)
			}
		}
		whole := decode(t, blank)
		whole.Load(historyOf(all))
		same(t, seed, "come back", got, whole, 40)
	}
}

func TestTheCodecKeepsAnswers(t *testing.T) {
	for seed := range uint64(6) {
		m := decode(t, fitted(t, seed))
		m.Load(historyOf(world(seed, 50, 30)))
		same(t, seed, "read back", decode(t, encode(t, m)), m, 50)
	}
}

func TestTheFitIsAFunctionOfTheHistory(t *testing.T) {
	all := world(4, 150, 40)
	cfg := basket.Config{Workers: 1}
	cfg.Boost.Trees = 10
	want, err := basket.Fit(historyOf(all), cfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Workers = 3
	got, err := basket.Fit(historyOf(mixed(1, all, false)), cfg)
	if err != nil {
		t.Fatal(err)
	}
	same(t, 4, "three workers and another order", got, want, 150)
}
