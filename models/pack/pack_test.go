package pack_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/pack"
)

func frame() []byte {
	w := pack.NewWriter([]byte("before"), "test", 3)
	w.Int64(-5)
	w.Float64(2.5)
	w.Bytes([]byte{9})
	w.Int32s([]int32{0, 1, 4})
	w.Uint32s([]uint32{7})
	w.Float32s([]float32{.5, -1})
	w.Float64s(nil)
	w.Int64s([]int64{1 << 40})
	return w.Seal()[len("before"):]
}

func read(src []byte, layout uint32) error {
	r, err := pack.Open(src, "test", layout)
	if err != nil {
		return err
	}
	ok := r.Int64() == -5 && r.Float64() == 2.5 && slices.Equal(r.Bytes(), []byte{9}) &&
		slices.Equal(r.Starts(2), []int32{0, 1, 4}) && slices.Equal(r.Uint32s(), []uint32{7}) &&
		slices.Equal(r.Float32s(), []float32{.5, -1}) && len(r.Float64s()) == 0 &&
		slices.Equal(r.Int64s(), []int64{1 << 40})
	if err := r.Close(); err != nil || !ok {
		return errors.Join(err, errors.New("other numbers than were written"))
	}
	return nil
}

func TestFrame(t *testing.T) {
	if err := read(frame(), 3); err != nil {
		t.Error(err)
	}
	if err := read(frame(), 2); !errors.Is(err, pack.ErrNewer) {
		t.Errorf("a newer layout gives %v", err)
	}
	if _, err := pack.Open(frame(), "else", 3); !errors.Is(err, pack.ErrKind) {
		t.Errorf("another kind gives %v", err)
	}
	for cut := range frame() {
		if err := read(frame()[:cut], 3); !errors.Is(err, pack.ErrCorrupt) {
			t.Errorf("cut at %d: %v", cut, err)
		}
		altered := frame()
		altered[cut] ^= 1
		if err := read(altered, 3); !errors.Is(err, pack.ErrCorrupt) {
			t.Errorf("altered at %d: %v", cut, err)
		}
	}
}

func TestRefused(t *testing.T) {
	f := func(name string, write func(w *pack.Writer), read func(r *pack.Reader)) {
		t.Helper()
		w := pack.NewWriter(nil, "test", 1)
		write(w)
		r, err := pack.Open(w.Seal(), "test", 1)
		if err != nil {
			t.Fatal(err)
		}
		read(r)
		if err := r.Close(); !errors.Is(err, pack.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	nan := math.NaN()
	f("NaN", func(w *pack.Writer) { w.Float64(nan) }, func(r *pack.Reader) { r.Float64() })
	f("NaN in a slice", func(w *pack.Writer) { w.Float32s([]float32{float32(nan)}) },
		func(r *pack.Reader) { r.Float32s() })
	f("infinity", func(w *pack.Writer) { w.Float64s([]float64{math.Inf(1)}) },
		func(r *pack.Reader) { r.Float64s() })
	f("a length beyond the bytes", func(w *pack.Writer) { w.Int64(1 << 60) },
		func(r *pack.Reader) { r.Int32s() })
	f("falling positions", func(w *pack.Writer) { w.Int32s([]int32{0, 2, 1}) },
		func(r *pack.Reader) { r.Starts(2) })
	f("a number outside", func(w *pack.Writer) { w.Int32s([]int32{3}) },
		func(r *pack.Reader) { r.Within(r.Int32s(), 3) })
	f("bytes left over", func(w *pack.Writer) { w.Raw([]byte{1}) }, func(*pack.Reader) {})
	f("above the limit", func(w *pack.Writer) { w.Int64(8) }, func(r *pack.Reader) { r.Int(7) })
}

func FuzzOpen(f *testing.F) {
	f.Add(frame())
	f.Fuzz(func(t *testing.T, src []byte) {
		if read(src, 3) == nil && !slices.Equal(src, frame()) {
			t.Errorf("%x is taken for another frame", src)
		}
	})
}
