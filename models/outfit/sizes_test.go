package outfit_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/models/outfit"
)

const day = 86_400

func TestSizesOfAMember(t *testing.T) {
	kept := func(order int32, at int64) outfit.Worn {
		return outfit.Worn{Member: 1, System: "alpha", Slot: outfit.Top, Size: []string{"S", "M", "L",
			"XL"}[order],
			Order: order, TimeS: at * day}
	}
	back := func(order int32, at int64, fault outfit.Fault) outfit.Worn {
		w := kept(order, at)
		w.Returned, w.Fault = true, fault
		return w
	}
	other := func(w outfit.Worn) outfit.Worn { w.Slot = outfit.Outer; return w }
	all := []outfit.Worn{}
	for order := range int32(4) { // somebody else, so that the scale is known
		w := kept(order, 0)
		w.Member = 2
		all = append(all, w, other(w))
	}
	f := func(name, want string, worn ...outfit.Worn) {
		t.Helper()
		s := outfit.LearnSizes(append(append([]outfit.Worn{}, all...), worn...), nil, outfit.SizesConfig{})
		g, ok := s.Guess(1, outfit.Body{}, "alpha", outfit.Top, 1000*day)
		if got := fmt.Sprint(g.Size, " ", g.Basis, " ", g.Count); got != want && (ok || want != "") {
			t.Errorf("%s: %s, %v; want %s", name, got, ok, want)
		}
		if g.Confidence < 0 || g.Confidence > 1 {
			t.Errorf("%s: %+v", name, g)
		}
	}
	f("nothing known", "")
	f("the mode of what was kept", "M 1 2", kept(1, 900), kept(1, 910), kept(2, 920))
	f("newer counts more", "L 1 1", kept(1, 1), kept(2, 990))
	f("too small is one up", "L 2 0", back(1, 950, outfit.TooSmall))
	f("too large is one down", "S 2 0", back(1, 950, outfit.TooLarge))
	f("the largest has none above", "", back(3, 950, outfit.TooSmall))
	f("a shift meets what was kept", "L 1 1", back(1, 950, outfit.TooSmall), kept(2, 960))
	f("a return without a fault says little", "M 1 1", kept(1, 950), back(1, 950, outfit.NoFault))
	f("other slots of the system", "L 3 1", other(kept(2, 950)))
	f("this slot before others", "M 1 1", other(kept(2, 950)), kept(1, 900))
	f("a size of no scale", "", outfit.Worn{Member: 1, System: "EU", Slot: outfit.Shoes, Size: "39",
		Order: 39})
}

// TestSizesOfBodies in a seeded world where size follows from weight: the guess is the planted one,
// or its neighbour near an edge.
func TestSizesOfBodies(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	sizeOf := func(b outfit.Body) int32 { return int32(min(3, max(0, (b.WeightKG-45)/10))) }
	body := func() outfit.Body {
		h := 150 + 35*r.Float64()
		return outfit.Body{HeightCM: h, WeightKG: h - 105 + 10*r.NormFloat64()}
	}
	var worn []outfit.Worn
	bodies := map[int64]outfit.Body{}
	for m := range int64(800) {
		b := body()
		bodies[m] = b
		order := sizeOf(b)
		worn = append(worn, outfit.Worn{Member: m, System: "alpha", Slot: outfit.Bottom, Order: order,
			Size: []string{"S", "M", "L", "XL"}[order], TimeS: m})
	}
	s := outfit.LearnSizes(worn, bodies, outfit.SizesConfig{})
	right := 0
	const cases = 500
	for range cases {
		b := body()
		g, ok := s.Guess(-1, b, "alpha", outfit.Bottom, 0)
		if !ok || g.Basis != outfit.FromKeepers || g.Order < sizeOf(b)-1 || g.Order > sizeOf(b)+1 {
			t.Fatalf("%+v gets %+v, planted %d", b, g, sizeOf(b))
		}
		if g.Order == sizeOf(b) {
			right++
		}
	}
	t.Logf("%d of %d sizes right", right, cases)
	if right < cases*8/10 {
		t.Errorf("%d of %d sizes right", right, cases)
	}
	r.Shuffle(len(worn), func(i, j int) { worn[i], worn[j] = worn[j], worn[i] })
	b := outfit.Body{HeightCM: 170, WeightKG: 64}
	g, _ := s.Guess(-1, b, "alpha", outfit.Bottom, 0)
	again, _ := outfit.LearnSizes(worn, bodies, outfit.SizesConfig{}).Guess(-1, b, "alpha", outfit.Bottom, 0)
	if g.Size != again.Size || !reflect.DeepEqual(g.Count, again.Count) {
		t.Errorf("the order of purchases decides: %+v, %+v", g, again)
	}
	if _, ok := s.Guess(-1, outfit.Body{HeightCM: 9_999, WeightKG: 60}, "alpha", outfit.Bottom, 0); ok {
		t.Error("a body that cannot be has a size")
	}
}

func TestSizesOfTheStandard(t *testing.T) {
	var worn []outfit.Worn
	for k, size := range []string{"155/80A", "160/84A", "165/88A"} {
		worn = append(worn, outfit.Worn{Member: 7, System: "GB", Slot: outfit.Top, Size: size,
			Order: int32(k)})
	}
	s := outfit.LearnSizes(worn, nil, outfit.SizesConfig{})
	f := func(height float64, want string) {
		t.Helper()
		if g, ok := s.Guess(1, outfit.Body{HeightCM: height}, "GB", outfit.Top, 0); g.Size != want ||
			ok != (want != "") {
			t.Errorf("%v cm: %+v", height, g)
		}
	}
	f(161, "160/84A")
	f(164, "165/88A")
	f(150.5, "155/80A")
	f(190, "")
	f(0, "")
}

// wearers buy tops and shoes in sizes of their own, and send some back.
func wearers(seed uint64) (worn []outfit.Worn) {
	r := rand.New(rand.NewPCG(seed, 3))
	for m := range int64(60) {
		size, foot := int32(r.IntN(4)), int32(36+r.IntN(8))
		for n := range 1 + r.IntN(9) {
			w := outfit.Worn{Member: m * 7, System: "alpha", Slot: outfit.Top, TimeS: int64(n) * day,
				Order: size, Size: []string{"S", "M", "L", "XL"}[size]}
			if r.IntN(3) == 0 {
				w.System, w.Slot, w.Order, w.Size = "EU", outfit.Shoes, foot, fmt.Sprint(foot)
			}
			if r.IntN(6) == 0 {
				w.Returned, w.Fault = true, outfit.Fault(r.IntN(3))
			}
			worn = append(worn, w)
		}
	}
	return worn
}

func TestSizesOnTheWire(t *testing.T) {
	bodies := map[int64]outfit.Body{7: {HeightCM: 170, WeightKG: 60}}
	s := outfit.LearnSizes(wearers(1), bodies, outfit.SizesConfig{MaxWorn: 5})
	frame := s.Append(nil)
	read, err := outfit.DecodeSizes(frame)
	if err != nil || !reflect.DeepEqual(s, read) {
		t.Fatalf("%v\n%+v\n%+v", err, s, read)
	}
	for n := range len(frame) / 37 {
		if _, err := outfit.DecodeSizes(frame[:n*37]); err == nil {
			t.Fatalf("%d of %d bytes are sizes", n*37, len(frame))
		}
	}
}

// TestFitsAreGuesses: what is listed of a member is what is guessed for him where he bought before.
func TestFitsAreGuesses(t *testing.T) {
	s, worn := outfit.LearnSizes(wearers(2), nil, outfit.SizesConfig{}), wearers(2)
	some := 0
	for m := range int64(60 * 7) {
		var want []outfit.Fit
		for _, k := range []outfit.Fit{{System: "alpha", Slot: outfit.Top}, {System: "EU",
			Slot: outfit.Shoes}} {
			g, ok := s.Guess(m, outfit.Body{}, k.System, k.Slot, 20*day)
			if ok && g.Basis <= outfit.FromReturns {
				k.Guess = g
				want = append(want, k)
			}
		}
		if got := s.Fits(m, 20*day); !reflect.DeepEqual(got, want) {
			t.Fatalf("member %d: %+v, want %+v", m, got, want)
		}
		some += len(want)
	}
	if s.Members() != 60 || some < 60 || len(worn) < some {
		t.Errorf("%d members, %d fits", s.Members(), some)
	}
}

func TestFaults(t *testing.T) {
	known, err := outfit.NewFaults()
	if err != nil {
		t.Fatal(err)
	}
	f := func(text string, want outfit.Fault) {
		t.Helper()
		if got := known.Read(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	f("尺码偏小", outfit.TooSmall)
	f("袖子有点大, 退货", outfit.TooLarge)
	f("Too small for me", outfit.TooSmall)
	f("waist is loose", outfit.TooLarge)
	f("customer return", outfit.NoFault)
	f("七天无理由退货", outfit.NoFault)
	f("", outfit.NoFault)
}

func FuzzDecodeSizes(f *testing.F) {
	f.Add(outfit.LearnSizes(wearers(3), nil, outfit.SizesConfig{}).Append(nil))
	f.Add(outfit.LearnSizes(nil, nil, outfit.SizesConfig{}).Append(nil))
	f.Fuzz(func(t *testing.T, frame []byte) {
		s, err := outfit.DecodeSizes(frame)
		if err != nil {
			return
		}
		for m := range int64(20) {
			for _, fit := range s.Fits(m*7, 0) {
				if !(fit.Guess.Confidence >= 0) {
					t.Fatalf("%+v", fit)
				}
			}
		}
	})
}
