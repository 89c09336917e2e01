package basket_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/history"
)

// purchase is one basket of one member of a world.
type purchase struct {
	member int64
	basket.Basket
}

// world draws members with habits: each has some goods of his own that come back every few visits, and
// otherwise buys what many buy. Of each member the purchases are in order of time.
func world(seed uint64, members, items int) (all []purchase) {
	rng := rand.New(rand.NewPCG(seed, 0x3a))
	for m := range members {
		var own []int64
		for range 3 {
			own = append(own, int64(rng.IntN(items)))
		}
		time := rng.Int64N(50)
		for v := range 1 + rng.IntN(8) {
			p := purchase{member: int64(100 + 7*m)}
			p.Store = int32(rng.IntN(3))
			for i, item := range own {
				if v%(i+1) == 0 {
					p.Items = append(p.Items, item)
				}
			}
			for range 1 + rng.IntN(4) {
				p.Items = append(p.Items, int64(rng.IntN(1+rng.IntN(items))))
			}
			time += 1 + rng.Int64N(9)
			p.Time = time
			all = append(all, p)
		}
	}
	return all
}

func historyOf(all []purchase) *history.History {
	var b history.Builder
	for _, p := range all {
		for _, item := range p.Items {
			b.Add(history.Line{User: p.member, Item: item, Time: p.Time, Store: p.Store, Qty: 1})
		}
	}
	return b.Build(nil)
}

// mixed lets the purchases come in another order; those of one member stay in theirs if kept.
func mixed(seed uint64, all []purchase, kept bool) []purchase {
	out := slices.Clone(all)
	rng := rand.New(rand.NewPCG(seed, 0x51))
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	if kept {
		slices.SortStableFunc(out, func(a, b purchase) int { return int(a.Time - b.Time) })
	}
	return out
}

// small keeps every limit near, so that the laws are tested where it cuts.
func small() basket.Config {
	return basket.Config{MaxBaskets: 5, MaxLines: 6, RecentBaskets: 3, RecentItems: 6, MaxBuyers: 4,
		Neighbours: 5, Popular: 6, Near: 6, MaxOwn: 9, Workers: 1}
}

func model(t testing.TB, cfg basket.Config) *basket.Model {
	t.Helper()
	m, err := basket.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t testing.TB, m *basket.Model) []byte {
	t.Helper()
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t testing.TB, src []byte) *basket.Model {
	t.Helper()
	m, err := basket.Decode(src)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// same checks that two models hold the same and answer the same to the last bit, members and strangers.
func same(t *testing.T, seed uint64, what string, got, want *basket.Model, members int) {
	t.Helper()
	if !bytes.Equal(encode(t, got), encode(t, want)) {
		t.Fatalf("seed %d: %s: the bytes differ", seed, what)
	}
	var a, b basket.Scratch
	for m := range members + 1 {
		for _, q := range []basket.Question{{Most: 12}, {Most: 5, Store: 1, At: 70}} {
			q.Member = int64(100 + 7*m)
			x, y := got.Recommend(&a, q, nil), want.Recommend(&b, q, nil)
			if !slices.Equal(x, y) {
				t.Fatalf("seed %d: %s: %+v gets\n%v, want\n%v", seed, what, q, x, y)
			}
		}
	}
}
