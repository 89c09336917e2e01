package stream_test

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

// sellAt sends a sale of store 1 that happened so much after noon.
func (tr *trade) sellAt(after time.Duration) {
	tr.t.Helper()
	tr.order++
	at := noon.Add(after)
	line := &event.OrderLine{LineNo: 1, SkuId: 1, Qty: 1, GrossFen: 7, NetFen: 7,
		Kind: event.LineKind_LINE_KIND_SALE}
	tr.net[1] += 7
	tr.units++
	tr.send([]*kafka.Record{tr.record(event.KindOrderPlaced, 1, &event.OrderPlaced{OrderId: tr.order,
		StoreId: 1, Paid: true, PlacedAt: event.At(at, time.UTC), Lines: []*event.OrderLine{line}})})
}

// A late fact counts in the window in which it happened, and is counted by its kind; one that is merely
// out of order is not late.
func TestLateFactsCountInTheirWindowAndAreCounted(t *testing.T) {
	cluster := kafkatest.StartCluster(t, kafka.Topics(1, 1, 0)...)
	brokers, sink := cluster.Brokers(), newLedger()
	trade := newTrade(t, brokers, 41)
	cfg := quick(brokers, sink)
	cfg.LateAfter = 5 * time.Minute
	e := start(t, cfg)
	for _, after := range []time.Duration{0, 10 * time.Minute, 6 * time.Minute, 4 * time.Minute,
		-48 * time.Hour, 11 * time.Minute} {
		trade.sellAt(after)
		drained(t, brokers)
	}
	sink.verify(t, trade)
	s := e.Stats()
	if late := s.Topics[string(event.TopicOrders)].Late; late != 2 {
		t.Errorf("%d facts are late, want 2", late)
	}
	if n := s.Late[event.KindOrderPlaced]; n != 2 || len(s.Late) != 1 {
		t.Errorf("late by kind are %v", s.Late)
	}
	if n := sink.on(20515); n != 1 {
		t.Errorf("%d sales of two days before, want 1", n)
	}
}

// Nothing waits for a partition in which nothing happens: what lies in another is written at once, and
// the time up to which everything is known goes on.
func TestAnIdlePartitionDelaysNothing(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 42)
	e := start(t, quick(brokers, sink))
	for n := range 3 {
		begun := time.Now()
		trade.sellAt(time.Duration(n) * time.Hour) // all in the one partition of store 1
		eventually(t, "the sale is in the sink", func() bool { return sink.count("OrderSteps") == n+1 })
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("a sale waited %s beside idle partitions", took)
		}
		eventually(t, "the picture is complete up to behind the sale", func() bool {
			s := e.Stats()
			return s.AsOf.After(begun) && s.Lag() == 0
		})
	}
	busy := 0
	for _, p := range e.Stats().Partitions {
		if p.Next > 0 {
			busy++
		}
	}
	if busy != 1 {
		t.Errorf("%d partitions had records, want 1 beside idle ones", busy)
	}
}

// on returns how many order lines lie on a business day.
func (l *ledger) on(day int32) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.days[day]
}

// Metadata of every form that was ever committed is read for ever.
func TestFrozenStatesReadForEver(t *testing.T) {
	f := func(text string, want stream.State) {
		t.Helper()
		got, err := stream.DecodeState(text)
		if err != nil || got.Encode() != want.Encode() {
			t.Errorf("%s reads as %+v, %v, want %+v", text, got, err, want)
		}
		if again := want.Encode(); again != text {
			t.Errorf("%+v is written as %s, no longer as %s", want, again, text)
		}
	}
	marks := stream.MarksOf(stream.NewState(0, 0, 0, 0, stream.Mark(7, 1<<40, 3)))
	f(frozenClosed, stream.NewState(12, 0, 0, 0, marks...))
	f(frozenOpen, stream.NewState(12, 20, 1, 99, marks...))
	f(frozenRewound, stream.Rewound(stream.NewState(12, 0, 0, 0, marks...), 2, 40, nil))
	f(frozenUnderWay, stream.Rewound(stream.NewState(12, 0, 0, 0, marks...), 2, 40,
		&stream.Months{First: 202603, Last: 202604}))
}

// The forms of the metadata: of a closed and of an open batch as the first engines wrote them, and with
// what a rewind leaves.
const (
	frozenClosed   = "ts1.DAABAAAAAAAAAAeAgICAgCADtQQe3g"
	frozenOpen     = "ts1.DAEIAQAAAAAAAABjAQAAAAAAAAAHgICAgIAgA9d9zOk"
	frozenRewound  = "ts1.DAICKAEAAAAAAAAAB4CAgICAIAOkjsrV"
	frozenUnderWay = "ts1.DAYCKOuuDOyuDAEAAAAAAAAAB4CAgICAIAN5G6Cn"
)
