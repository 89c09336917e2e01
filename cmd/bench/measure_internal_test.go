package bench

import (
	"errors"
	"math"
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
