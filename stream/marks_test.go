package stream_test

import (
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

func TestMarksTakeEachPositionOnce(t *testing.T) {
	m := stream.NewMarks(3)
	f := func(source, commit uint64, index uint32, want bool) {
		t.Helper()
		if got := m.Take(source, event.Position{Commit: commit, Index: index}); got != want {
			t.Errorf("source %d position %d/%d: taken %t, want %t", source, commit, index, got, want)
		}
	}
	f(1, 10, 0, true)
	f(1, 10, 0, false)
	f(1, 10, 1, true)
	f(1, 10, 0, false)
	f(1, 9, 5, false)
	f(2, 1, 0, true)
	f(1, 11, 0, true)
	f(2, 1, 0, false)
	f(3, 1, 0, true)
	// A fourth source takes the place of the one not heard for longest, which is 2: of 1 and 3 the
	// marks stay.
	f(2, 1, 0, false)
	f(1, 12, 0, true)
	f(4, 1, 0, true)
	f(1, 12, 0, false)
	f(3, 1, 0, false)
	f(2, 1, 0, true)
}

func TestMarksAgreeWithASetOfAllPositions(t *testing.T) {
	const seed = 3
	chance := rand.New(rand.NewPCG(seed, 0))
	m := stream.NewMarks(16)
	highest := make(map[uint64]event.Position)
	for range 20_000 {
		source := chance.Uint64N(16)
		p := event.Position{Commit: chance.Uint64N(500), Index: chance.Uint32N(4)}
		h, known := highest[source]
		want := !known || p.Above(h)
		if got := m.Take(source, p); got != want {
			t.Fatalf("seed %d: source %d position %s: taken %t, want %t", seed, source, p, got, want)
		}
		if want {
			highest[source] = p
		}
	}
}
