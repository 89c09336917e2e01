package stream_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/stream/letter"
)

func desk(t *testing.T, brokers []string) *letter.Desk {
	t.Helper()
	d, err := letter.Open(t.Context(), letter.Config{Kafka: kafka.Config{Brokers: brokers}, By: "tester"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// translating makes an engine that takes the type `from` for the type `to`: with a type that is known
// for one that is not it is an engine of before an upgrade, the other way round of after one.
func translating(t *testing.T, cfg stream.Config, from, to string) *running {
	t.Helper()
	e, err := stream.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e.Intercept(func(s stream.Source) stream.Source { return translator{s, from, to} })
	return run(t, e)
}

type translator struct {
	stream.Source
	from, to string
}

func (s translator) Poll(ctx context.Context, limit int) ([]kafka.Fetched, error) {
	fetched, err := s.Source.Poll(ctx, limit)
	for _, f := range fetched {
		for _, r := range f.Records {
			for i := range r.Headers {
				if r.Headers[i].Key == event.HeaderType && string(r.Headers[i].Value) == s.from {
					r.Headers[i].Value = []byte(s.to)
				}
			}
		}
	}
	return fetched, err
}

// laterVersion is a type that no engine knows yet.
const laterVersion = "tillstream.order.placed.v2"

// sellLater sends sales in a version that no engine knows yet, among others.
func (tr *trade) sellLater(n int) {
	tr.t.Helper()
	var records []*kafka.Record
	for range n {
		later := tr.sale()
		for i := range later.Headers {
			if later.Headers[i].Key == event.HeaderType {
				later.Headers[i].Value = []byte(laterVersion)
			}
		}
		records = append(records, tr.sale(), later, tr.sale())
	}
	tr.send(records)
}

// A kind in a later version dies with its reason; after the upgrade its letters are sent again and
// count, although their positions lie far below the marks, and however often the retry is repeated.
func TestLettersOfALaterVersionCountAfterTheUpgrade(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 21)
	old := start(t, quick(brokers, sink))
	trade.sellLater(20)
	drained(t, brokers)
	d := desk(t, brokers)
	p, err := d.List(t.Context(), letter.Filter{Reason: "newer version"}, 0, "")
	if err != nil || p.Total != 20 {
		t.Fatalf("%+v, %v", p, err)
	}
	if want := laterVersion + `", this program knows version 1`; !strings.Contains(p.Letters[0].Reason, want) {
		t.Errorf("the reason is %s, want %s", p.Letters[0].Reason, want)
	}
	out, err := d.Retry(t.Context(), letter.Selection{All: true}, letter.RetryOptions{})
	if err != nil || len(out.Skipped) != 20 || out.Sent != 0 {
		t.Fatalf("before the upgrade: %+v, %v", out, err)
	}
	old.end()
	translating(t, quick(brokers, sink), laterVersion, event.KindOrderPlaced.String())
	for range 2 {
		if _, err = d.Retry(t.Context(), letter.Selection{All: true},
			letter.RetryOptions{Force: true}); err != nil {
			t.Fatal(err)
		}
	}
	trade.sell(20)
	drained(t, brokers)
	sink.verify(t, trade)
	if p, err = d.List(t.Context(), letter.Filter{}, 0, ""); err != nil || p.Total != 0 {
		t.Errorf("left are %+v, %v", p, err)
	}
}

// A letter that dies again is another letter, and the one before stays resolved.
func TestALetterThatDiesAgainIsListedAgain(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 22)
	old := start(t, quick(brokers, sink))
	trade.sellLater(3)
	drained(t, brokers)
	d := desk(t, brokers)
	all := letter.Selection{All: true}
	for range 3 {
		out, err := d.Retry(t.Context(), all, letter.RetryOptions{Force: true})
		if err != nil || out.Sent != 3 {
			t.Fatalf("%+v, %v", out, err)
		}
		drained(t, brokers)
		p, err := d.List(t.Context(), letter.Filter{}, 0, "")
		if err != nil || p.Total != 3 {
			t.Fatalf("%d letters, %v", p.Total, err)
		}
	}
	old.end()
	translating(t, quick(brokers, sink), laterVersion, event.KindOrderPlaced.String())
	if _, err := d.Retry(t.Context(), all, letter.RetryOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	drained(t, brokers)
	sink.verify(t, trade)
}

// However many send at once and wherever they break off, each letter counts once.
func TestRetriesThatBreakOffAndOverlapCountOnce(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			retriesOverlap(t, rand.New(rand.NewPCG(seed, 3)), seed)
		})
	}
}

func retriesOverlap(t *testing.T, chance *rand.Rand, seed uint64) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, seed)
	old := start(t, quick(brokers, sink))
	trade.sellLater(60)
	drained(t, brokers)
	old.end()
	translating(t, quick(brokers, sink), laterVersion, event.KindOrderPlaced.String())
	first, second := desk(t, brokers), desk(t, brokers)
	var wait sync.WaitGroup
	for range 6 {
		for _, d := range []*letter.Desk{first, second} {
			ctx, cancel := context.WithCancel(t.Context())
			left := chance.IntN(40) + 1
			wait.Go(func() {
				defer cancel()
				// Everything is chosen each time, by both: the log says whose decision came first.
				_, err := d.Retry(ctx, letter.Selection{All: true}, letter.RetryOptions{Force: true,
					Progress: func(string, int, int) {
						if left--; left == 0 {
							cancel()
						}
					}})
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		trade.sell(chance.IntN(20) + 1)
	}
	if _, err := first.Retry(t.Context(), letter.Selection{}, letter.RetryOptions{}); err != nil {
		t.Fatal(err)
	}
	drained(t, brokers)
	sink.verify(t, trade)
	p, err := second.List(t.Context(), letter.Filter{}, 0, "")
	if err != nil || p.Total != 0 || p.Unsent != 0 {
		t.Errorf("left are %+v, %v", p, err)
	}
}
