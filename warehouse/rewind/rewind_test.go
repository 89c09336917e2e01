package rewind_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/warehouse/rewind"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// traded trades in several spells, so that batches and repetitions lie everywhere.
func traded(t *testing.T, seed uint64) (*house, map[string]string) {
	t.Helper()
	h := newHouse(t, seed)
	for range 3 {
		h.trade.trade(120)
		h.catchUp()
	}
	h.agrees()
	return h, h.content()
}

func TestARewindByTimeLeavesEverythingAsItWas(t *testing.T) {
	h, before := traded(t, 1)
	middle := noon.Add(time.Duration(h.commit/2) * time.Second)
	plan := h.rewind(stream.From{Time: middle})
	if n := plan.Records(); n == 0 || plan.Extent.Rows["fact_order_line"] == 0 {
		t.Errorf("the plan is %+v", plan)
	}
	h.agrees()
	if now := h.content(); now["fact_order_line"] == before["fact_order_line"] {
		t.Error("nothing was deleted")
	}
	h.catchUp()
	h.same(before)
	// Again, to the same place: then batches have the ranges that they had after the first rewind.
	h.rewind(stream.From{Time: middle})
	h.catchUp()
	h.same(before)
	// Once more, with more trade behind it.
	h.trade.trade(100)
	h.catchUp()
	before = h.content()
	h.rewind(stream.From{Time: middle.Add(time.Minute)})
	h.catchUp()
	h.same(before)
}

func TestARewindToOffsetsLeavesEverythingAsItWas(t *testing.T) {
	h, before := traded(t, 2)
	orders, behaviour := string(event.TopicOrders), string(event.TopicBehaviour)
	plan := h.rewind(stream.From{Offsets: map[kafka.Partition]int64{
		{Topic: orders, ID: 0}: 17, {Topic: behaviour, ID: 1}: 10}})
	if len(plan.Partitions) != 2 || plan.Partitions[1].From != 17 || plan.Partitions[0].From > 10 {
		t.Errorf("the plan is %+v", plan)
	}
	h.catchUp()
	h.same(before)
}

func TestARewindToTheStartLeavesEverythingAsItWas(t *testing.T) {
	h, before := traded(t, 3)
	h.rewind(stream.From{Earliest: true})
	var rows uint64
	for _, table := range append(schema.Facts(), schema.Rollups()...) {
		if _, err := h.db.Row(t.Context(), "SELECT count() FROM "+table, nil, &rows); err != nil || rows > 0 {
			t.Errorf("%s holds %d rows, %v", table, rows, err)
		}
	}
	h.catchUp()
	h.same(before)
}

func TestARewindRefuses(t *testing.T) {
	h, before := traded(t, 4)
	f := func(says string, change func(*stream.RewindConfig)) {
		t.Helper()
		cfg := h.back(stream.From{Earliest: true})
		change(&cfg)
		if _, err := stream.Rewind(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	f("where to go back to", func(c *stream.RewindConfig) { c.From = stream.From{} })
	f("where to go back to", func(c *stream.RewindConfig) { c.From.Time = noon })
	f("nothing to read again", func(c *stream.RewindConfig) {
		c.From = stream.From{Time: time.Now().Add(time.Hour)}
	})
	f("no partition", func(c *stream.RewindConfig) {
		c.From = stream.From{Offsets: map[kafka.Partition]int64{{Topic: "elsewhere"}: 3}}
	})
	f("not wanted", func(c *stream.RewindConfig) {
		c.Confirm = func(stream.RewindPlan) error { return errors.New("not wanted") }
	})
	f("Store", func(c *stream.RewindConfig) { c.Store = nil })
	h.same(before)
}

func TestEveryFactTableIsCut(t *testing.T) {
	var known []string
	for _, topic := range event.Topics() {
		known = append(known, rewind.Facts(string(topic))...)
	}
	for _, table := range schema.Facts() {
		if !slices.Contains(known, table) {
			t.Errorf("no topic is known to fill %s: a rewind would double it", table)
		}
	}
}
