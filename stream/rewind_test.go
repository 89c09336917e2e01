package stream_test

import (
	"context"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/stream/letter"
)

// Align leaves a cut where it is: each row follows from one record.
func (l *ledger) Align(_ context.Context, c stream.Cut) (stream.Cut, error) { return c, nil }

// Extent says that there are rows.
func (l *ledger) Extent(context.Context, []stream.Cut) (stream.Extent, error) {
	return stream.Extent{Months: stream.Months{First: 202603, Last: 202603}}, nil
}

// Purge forgets all rows, which is right for a rewind to the start, and no token: a batch that comes
// under one that was used counts as a repetition.
func (l *ledger) Purge(context.Context, []stream.Cut, stream.Months, stream.RewindProgress) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.rows)
	clear(l.net)
	l.units = 0
	return nil
}

func rewindAll(t *testing.T, brokers []string, sink *ledger) {
	t.Helper()
	_, err := stream.Rewind(t.Context(), stream.RewindConfig{Config: quick(brokers, sink), Store: sink,
		From:    stream.From{Earliest: true},
		Confirm: func(stream.RewindPlan) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARewindToTheStartCountsEverythingOnceAgain(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 31)
	e := start(t, quick(brokers, sink))
	trade.sell(300)
	trade.repeat(120)
	trade.poison()
	drained(t, brokers)
	e.end()
	for range 3 {
		rewindAll(t, brokers, sink)
		e = start(t, quick(brokers, sink))
		drained(t, brokers)
		e.end()
		sink.verify(t, trade)
	}
	e = start(t, quick(brokers, sink))
	trade.sell(100)
	drained(t, brokers)
	sink.verify(t, trade)
	_, err := stream.Rewind(t.Context(), stream.RewindConfig{Config: quick(brokers, sink), Store: sink,
		From: stream.From{Earliest: true}, Confirm: func(stream.RewindPlan) error { return nil }})
	if err == nil {
		t.Error("a group is rewound while an engine runs")
	}
}

// What died stays dead when it is read again, though the program could read it by now: where its letter
// was sent again it counts there, and where not, it may still be sent.
func TestLettersCountOnceAcrossARewind(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 32)
	old := start(t, quick(brokers, sink))
	trade.sellLater(10)
	drained(t, brokers)
	old.end()
	d := desk(t, brokers)
	p, err := d.List(t.Context(), letter.Filter{}, 0, "")
	if err != nil || p.Total != 10 {
		t.Fatalf("%+v, %v", p, err)
	}
	var half []string
	for _, l := range p.Letters[:5] {
		half = append(half, l.ID)
	}
	force := letter.RetryOptions{Force: true}
	if _, err := d.Retry(t.Context(), letter.Selection{IDs: half}, force); err != nil {
		t.Fatal(err)
	}
	upgraded := func() *running {
		return translating(t, quick(brokers, sink), laterVersion, event.KindOrderPlaced.String())
	}
	e := upgraded()
	drained(t, brokers)
	e.end()
	const steps = 25 // 20 sales of the known version and 5 letters
	if n := sink.count("OrderSteps"); n != steps {
		t.Errorf("%d order steps, want %d", n, steps)
	}
	rewindAll(t, brokers, sink)
	e = upgraded()
	drained(t, brokers)
	if n := sink.count("OrderSteps"); n != steps {
		t.Errorf("%d order steps after the rewind, want %d", n, steps)
	}
	if void := e.Stats().Topics[string(event.TopicOrders)].Void; void != 10 {
		t.Errorf("%d records were passed over, want 10", void)
	}
	if _, err := d.Retry(t.Context(), letter.Selection{All: true}, force); err != nil {
		t.Fatal(err)
	}
	drained(t, brokers)
	sink.verify(t, trade)
	e.end()
	rewindAll(t, brokers, sink)
	upgraded()
	drained(t, brokers)
	sink.verify(t, trade)
}
