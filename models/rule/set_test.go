package rule_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/rule"
)

// someSet packs the rules of a seeded world; ids reach from one end of int64 to the other.
func someSet(t testing.TB, seed uint64) *rule.Set {
	t.Helper()
	all := someBaskets(seed)
	s, err := rule.Mine(baskets(12, all...), rule.Config{MinCount: 2})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Rules(rule.Wanted{AnyThen: seed%2 == 0, MinLift: 1})
	if err != nil {
		t.Fatal(err)
	}
	ids := []int64{math.MinInt64, -7, 0, 1, 5, 1000, 1 << 40, math.MaxInt64 - 3, math.MaxInt64 - 2,
		math.MaxInt64 - 1, math.MaxInt64, 12}
	return rule.Pack(s.Baskets(), found, history.NewIndex(ids))
}

// smallSet is the first of the sets from the seed on that has a few dozen rules.
func smallSet(t testing.TB, seed uint64) *rule.Set {
	t.Helper()
	for ; ; seed++ {
		if s := someSet(t, seed); len(s.Rules) >= 10 && len(s.Rules) <= 60 {
			return s
		}
	}
}

func TestASetComesBackAsItWas(t *testing.T) {
	for seed := range uint64(40) {
		want := someSet(t, seed)
		data, err := want.AppendBinary([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := rule.Decode(data[len("before"):])
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got.Baskets != want.Baskets || !slices.Equal(got.Items, want.Items) ||
			len(got.Rules) != len(want.Rules) {
			t.Fatalf("seed %d: got %d rules, want %d", seed, len(got.Rules), len(want.Rules))
		}
		for i := range got.Rules {
			if !reflect.DeepEqual(got.Rules[i], want.Rules[i]) {
				t.Fatalf("seed %d: got %+v, want %+v", seed, got.Rules[i], want.Rules[i])
			}
		}
		for place, id := range got.Items {
			if got.Find(id) != int32(place) {
				t.Errorf("seed %d: %d is found at %d, not %d", seed, id, got.Find(id), place)
			}
		}
	}
}

// The layout of version 1 must decode for ever.
func TestFrozenSet(t *testing.T) {
	frozen := []byte("\x01\xe8\x07\x03\xf2\xc0\x01\x01\xac\x02\x02" +
		"\x02\x00\x02\x01\x01\x05\x00\x05\xde\x07" + "\x01\x02\x01\x00\x14\x0a\x1e\xac\x07")
	want := &rule.Set{Baskets: 1000, Items: []int64{12345, 12346, 12646}, Rules: []rule.Rule{
		{If: []int32{0, 2}, Then: []int32{1}, Counts: rule.Counts{Both: 5, Left: 5, Right: 10, Total: 1000}},
		{If: []int32{2}, Then: []int32{0}, Counts: rule.Counts{Both: 20, Left: 30, Right: 50, Total: 1000}},
	}}
	got, err := rule.Decode(frozen)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	if data, err := want.AppendBinary(nil); err != nil || string(data) != string(frozen) {
		t.Errorf("got % x (%v)", data, err)
	}
}

func TestDamagedSetsAreErrors(t *testing.T) {
	set := smallSet(t, 0)
	data, err := set.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(data) {
		if _, err := rule.Decode(data[:n]); !errors.Is(err, rule.ErrSet) {
			t.Fatalf("%d of %d bytes: %v", n, len(data), err)
		}
	}
	if _, err := rule.Decode(append(slices.Clone(data), 0)); !errors.Is(err, rule.ErrSet) {
		t.Errorf("a byte too many: %v", err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		bad := slices.Clone(data)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		decode(t, bad)
	}
}

// decode must refuse what it reads, or return a set that is sound and comes back the same.
func decode(t *testing.T, data []byte) {
	t.Helper()
	s, err := rule.Decode(data)
	if err != nil {
		if !errors.Is(err, rule.ErrSet) {
			t.Fatalf("% x: %v", data, err)
		}
		return
	}
	again, err := s.AppendBinary(nil)
	if err != nil {
		t.Fatalf("% x: read as %+v, which cannot be written: %v", data, s, err)
	}
	if back, err := rule.Decode(again); err != nil || !reflect.DeepEqual(back, s) {
		t.Fatalf("% x: read as %+v, then as %+v (%v)", data, s, back, err)
	}
	m := rule.NewMatcher(len(s.Items), s.Rules)
	for i := range s.Rules {
		if r := m.Rule(int32(i)); math.IsNaN(r.Lift()) || math.IsNaN(r.Conviction()) || r.Confidence() > 1 {
			t.Fatalf("% x: rule %+v", data, r)
		}
	}
}

func TestAnImpossibleSetIsNotWritten(t *testing.T) {
	one := rule.Counts{Both: 1, Left: 1, Right: 1, Total: 1}
	for _, s := range []rule.Set{
		{Baskets: -1},
		{Items: []int64{2, 2}},
		{Items: []int64{1, 2}, Rules: []rule.Rule{{If: []int32{0}, Then: []int32{0}, Counts: one}}},
		{Items: []int64{1, 2}, Rules: []rule.Rule{{If: []int32{0}, Then: []int32{2}, Counts: one}}},
		{Items: []int64{1, 2}, Rules: []rule.Rule{{Then: []int32{0}, Counts: one}}},
		{Items: []int64{1, 2}, Rules: []rule.Rule{{If: []int32{0}, Then: []int32{1}}}},
		{Items: []int64{1, 2}, Rules: []rule.Rule{{If: []int32{0}, Then: []int32{1},
			Counts: rule.Counts{Both: 1, Left: 2, Right: 2, Total: 2}}}},
	} {
		if _, err := s.AppendBinary(nil); !errors.Is(err, rule.ErrSet) {
			t.Errorf("%+v was written (%v)", s, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []uint64{0, 10, 20} {
		data, err := smallSet(f, seed).AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte{1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) { decode(t, data) })
}
