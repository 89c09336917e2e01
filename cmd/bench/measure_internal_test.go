package bench

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"
)

func TestQuantilesAreExact(t *testing.T) {
	var s samples
	for i := 100; i >= 1; i-- {
		s = append(s, time.Duration(i)*time.Millisecond)
	}
	f := func(share, want float64) {
		t.Helper()
		if got := s.ms(share); got != want {
			t.Errorf("quantile %v is %v ms, want %v", share, got, want)
		}
	}
	f(0, 1)
	f(0.5, 50)
	f(0.95, 95)
	f(0.99, 99)
	f(1, 100)
	if !math.IsNaN(samples(nil).ms(0.5)) {
		t.Error("nothing has a median")
	}
}

func TestTheFirstUnseenOrderTellsTheLag(t *testing.T) {
	start := time.Unix(0, 0)
	var known timeline
	for second, count := range []int64{0, 50, 50, 100, 150} {
		known.note(start.Add(time.Duration(second)*time.Second), count)
	}
	f := func(shown int64, wantSecond int, wantWaits bool) {
		t.Helper()
		at, waits := known.next(shown)
		if waits != wantWaits || waits && at != start.Add(time.Duration(wantSecond)*time.Second) {
			t.Errorf("with %d shown: %v since %v", shown, waits, at)
		}
	}
	f(0, 1, true)
	f(49, 1, true)
	f(50, 3, true)
	f(120, 4, true)
	f(150, 0, false)
}

func TestSearchFindsWhatAChainHolds(t *testing.T) {
	f := func(capacity float64) {
		t.Helper()
		s := search{rate: firstRate}
		for range 20 {
			o := offered{perS: min(s.rate, capacity), lagP99: 500}
			if s.rate > capacity {
				o.lagP99 = 5_000
			}
			s.learn(o)
		}
		if got := s.result(); got > capacity || got < 0.9*capacity {
			t.Errorf("a chain that holds %v is said to hold %v", capacity, got)
		}
	}
	f(700)
	f(4_000)
	f(9_999)
	f(10_500)
	f(60_000)
}

func TestCallsCountWithinTheMeasuredTime(t *testing.T) {
	broken := errors.New("broken")
	now := time.Now()
	took, err := repeat(t.Context(), func() error { return broken }, now, now.Add(time.Hour))
	if !errors.Is(err, broken) || len(took) != 0 {
		t.Errorf("got %v, %v", took, err)
	}
	took, err = repeat(t.Context(), func() error { return nil }, now.Add(time.Hour),
		time.Now().Add(5*time.Millisecond))
	if err != nil || len(took) != 0 {
		t.Errorf("%d calls of the warm-up were counted, %v", len(took), err)
	}
}

func TestQuantilesOfBuckets(t *testing.T) {
	before := counts{[]float64{0.001, 0.01, 0.1, math.Inf(1)}, []float64{5, 5, 5, 5}}
	c := counts{before.bounds, []float64{55, 95, 105, 105}}.since(before)
	f := func(share, want float64) {
		t.Helper()
		if got := c.ms(share); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %v is %v ms, want %v", share, got, want)
		}
	}
	f(0.25, 0.5)
	f(0.5, 1)
	f(0.7, 5.5)
	f(1, 100)
	if c.total() != 100 {
		t.Errorf("%v values, want 100", c.total())
	}
}

func TestAWayCountsUntilTheLastFactIsThere(t *testing.T) {
	var written atomic.Int64
	w := way{
		write:   func(context.Context, int64) error { written.Add(packetFacts); return nil },
		arrived: func(context.Context) (int64, error) { return written.Load(), nil },
	}
	perS, err := w.drive(t.Context(), 20*time.Millisecond)
	if err != nil || perS <= 0 {
		t.Errorf("%v facts/s, %v", perS, err)
	}
	lost := way{write: w.write,
		arrived: func(context.Context) (int64, error) { return 0, errors.New("gone") }}
	if _, err := lost.drive(t.Context(), time.Millisecond); err == nil {
		t.Error("a way that tells nothing is measured")
	}
	doubled := way{write: w.write,
		arrived: func(context.Context) (int64, error) { return 2 * written.Load(), nil }}
	written.Store(0)
	if _, err := doubled.drive(t.Context(), time.Millisecond); err == nil {
		t.Error("more arrives than was committed")
	}
}

// TestSoldOutIsSeen holds the search for what is sold out against answers written by hand.
func TestSoldOutIsSeen(t *testing.T) {
	m := &mover{counter: &counter{}, goneNS: make([]atomic.Int64, 20)}
	m.size.Stores, m.size.Items = 2, 10
	asked := time.Unix(100, 0)
	m.at(1, 3).Store(asked.UnixNano() - 1)
	m.at(1, 4).Store(asked.UnixNano() + 1) // while the answer was made
	m.at(0, 5).Store(1)                    // in another store
	f := func(body string, want int64) {
		t.Helper()
		if got, err := m.soldOut([]byte(body), asked); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", body, got, err, want)
		}
	}
	f(`{"store":"S2","items":[{"sku":"P4","reason":{"with":"P4"}},{"sku":"P5"},{"sku":"P6"}]}`, 1)
	f(`{"store":"S2","items":[]}`, 0)
	f(`{"store":"S1","items":[{"sku":"P6"},{"sku":"P4"}]}`, 1)
	if _, err := m.soldOut([]byte(`{"items":[]}`), asked); err == nil {
		t.Error("an answer of no store is taken")
	}
}
