package cdc

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail/event"
)

func TestFlowHoldsItsBounds(t *testing.T) {
	f := newFlow(10, 100)
	ctx, cancel := context.WithCancel(context.Background())
	take := func(records, bytes int) error { return f.acquire(ctx, records, bytes) }
	if err := take(10, 50); err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() { got <- take(1, 1) }()
	f.release(5, 25)
	if err := <-got; err != nil {
		t.Errorf("there was room: %v", err)
	}
	go func() { got <- take(1, 90) }()
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	f.release(6, 26)
	ctx = context.Background()
	if err := take(500, 5000); err != nil {
		t.Errorf("a piece above the bounds does not pass an empty flow: %v", err)
	}
}

func TestHistogramBoundsTheQuantiles(t *testing.T) {
	var h histogram
	rnd := rand.New(rand.NewPCG(1, 2))
	all := make([]time.Duration, 10_000)
	for i := range all {
		all[i] = time.Duration(rnd.ExpFloat64() * float64(20*time.Millisecond))
		h.observe(all[i], 1)
	}
	slices.Sort(all)
	f := func(name string, got, want time.Duration) {
		t.Helper()
		if got < want.Truncate(time.Microsecond) || float64(got) > float64(want)*1.13+2000 {
			t.Errorf("%s is %s, want %s to 12.5 %% above", name, got, want)
		}
	}
	l := h.summary()
	f("p50", l.P50, all[4_999])
	f("p99", l.P99, all[9_899])
	if l.Count != 10_000 || l.Max != all[9_999].Truncate(time.Microsecond) {
		t.Errorf("count %d, max %s", l.Count, l.Max)
	}
	h.observe(-time.Second, 1)
	h.observe(1000*time.Hour, 1)
	for i := range buckets - 1 {
		if up := upper(i); bucketOf(uint64(up)) != i+1 || bucketOf(uint64(up-1)) != i {
			t.Errorf("bucket %d does not end at %d", i, up)
		}
	}
	if n := testing.AllocsPerRun(100, func() { h.observe(time.Millisecond, 1) }); n != 0 {
		t.Errorf("observing allocates %v times", n)
	}
}

func TestCheckpointReadsItsOwnText(t *testing.T) {
	c := Checkpoint{System: "7711505543614841506", Database: 16620, Timeline: 3, Era: 2,
		Confirmed: 0xfedcba9876543210}
	if got, err := ParseCheckpoint(c.String()); err != nil || got != c {
		t.Errorf("%s reads as %+v, %v", c, got, err)
	}
	if got := c.source(); got != "/tillstream/oltp/7711505543614841506/16620/2" {
		t.Errorf("source %s", got)
	}
	for _, bad := range []string{"", "cdc/1", "cdc/2 a 1 1 1 0", "cdc/1 a x 1 1 0", c.String()[:20]} {
		if got, err := ParseCheckpoint(bad); err == nil {
			t.Errorf("%q reads as %+v", bad, got)
		}
	}
}

func TestRecordsCostAFewAllocationsAChunk(t *testing.T) {
	frames := make([]event.Frame, chunkRecords)
	for i := range frames {
		frames[i] = event.Frame{Kind: event.KindStockMoved, Key: int64(i), Wire: make([]byte, 100)}
	}
	l, clock := newLabels("/source"), []byte("2026-01-01T00:00:00Z")
	n := testing.AllocsPerRun(100, func() {
		var c chunk
		c.fill(l, frames, clock)
	})
	if n > 4 {
		t.Errorf("%v allocations for %d records", n, chunkRecords)
	}
}
