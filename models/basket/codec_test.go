package basket_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/pack"
)

func TestDamagedBytesAreRefused(t *testing.T) {
	m := decode(t, fitted(t, 3))
	m.Load(historyOf(world(3, 10, 10)))
	src := encode(t, m)
	for cut := range len(src) {
		if _, err := basket.Decode(src[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes were taken", cut, len(src))
		}
	}
	for i := range src {
		src[i] ^= 0x10
		if _, err := basket.Decode(src); err == nil {
			t.Fatalf("byte %d may be damaged", i)
		}
		src[i] ^= 0x10
	}
}

// The frame is made around the body: otherwise its checksum would hide everything within.
func FuzzDecode(f *testing.F) {
	empty, err := basket.New(basket.Config{})
	if err != nil {
		f.Fatal(err)
	}
	some := decode(f, fitted(f, 1))
	some.Load(historyOf(world(1, 8, 10)))
	for _, m := range []*basket.Model{empty, some} {
		src := encode(f, m)
		f.Add(src[16 : len(src)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "bask", 1)
		w.Raw(body)
		m, err := basket.Decode(w.Seal())
		if err != nil {
			return
		}
		again := decode(t, encode(t, m))
		if string(encode(t, again)) != string(encode(t, m)) {
			t.Error("what was read and written again differs")
		}
		var s basket.Scratch
		for member := range int64(200) {
			check(t, "a decoded model", m.Recommend(&s, basket.Question{Member: member, Most: 9}, nil), 9)
		}
	})
}
