package stream_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// trade is a seeded stream of sales with known sums, as the relay would write it.
type trade struct {
	t        testing.TB
	rand     *rand.Rand
	producer *kafka.Producer
	source   string
	commit   uint64
	order    int64
	// sent are the records so far, for repeating them.
	sent  []*kafka.Record
	net   map[int32]int64
	units int64
	// letters is how many records were no facts.
	letters int
}

func newTrade(t testing.TB, brokers []string, seed uint64) *trade {
	t.Helper()
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: brokers}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(producer.Close)
	return &trade{
		t: t, rand: rand.New(rand.NewPCG(seed, 1)), producer: producer, source: "/test/1",
		net: make(map[int32]int64),
	}
}

const stores = 9

var noon = time.Date(2026, 3, 5, 4, 0, 0, 0, time.UTC)

// sell makes n sales of one to three lines each and sends them.
func (tr *trade) sell(n int) {
	tr.t.Helper()
	var records []*kafka.Record
	for range n {
		records = append(records, tr.sale())
	}
	tr.send(records)
}

func (tr *trade) sale() *kafka.Record {
	tr.order++
	store := tr.rand.Int32N(stores) + 1
	m := &event.OrderPlaced{
		OrderId: tr.order, StoreId: store, Paid: true, Channel: event.Channel_CHANNEL_TILL,
		State:    event.OrderState_ORDER_STATE_COMPLETED,
		PlacedAt: &event.StoreTime{UnixUs: noon.UnixMicro() + tr.order*1000, BusinessDay: 20517},
	}
	for i := range tr.rand.IntN(3) + 1 {
		qty, net := tr.rand.Int32N(5)+1, tr.rand.Int64N(10_000)
		m.Lines = append(m.Lines, &event.OrderLine{
			LineNo: int32(i + 1), SkuId: tr.rand.Int64N(100) + 1, Qty: qty,
			Kind: event.LineKind_LINE_KIND_SALE, GrossFen: net + 5, DiscountFen: 5, NetFen: net,
		})
		tr.net[store] += net
		tr.units += int64(qty)
	}
	return tr.record(event.KindOrderPlaced, int64(store), m)
}

// record wraps a fact as the relay does; several facts share a commit.
func (tr *trade) record(kind event.Kind, key int64, m event.Message) *kafka.Record {
	wire, err := event.Append(nil, m)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.commit++
	at := event.Position{Commit: tr.commit / 3, Index: uint32(tr.commit % 3)}
	r := &kafka.Record{
		Topic: string(kind.Topic()), Key: fmt.Appendf(nil, "%d", key), Value: wire,
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: at.Append(nil)},
			{Key: event.HeaderType, Value: []byte(kind.String())},
			{Key: event.HeaderSource, Value: []byte(tr.source)},
			{Key: event.HeaderTime, Value: []byte(noon.Format(time.RFC3339Nano))},
			{Key: event.HeaderSpecVersion, Value: []byte(event.SpecVersion)},
			{Key: event.HeaderContentType, Value: []byte(event.ContentType)},
		},
	}
	tr.sent = append(tr.sent, r)
	return r
}

// repeat sends the last n records again, as a relay does that has lost its place.
func (tr *trade) repeat(n int) {
	tr.t.Helper()
	var again []*kafka.Record
	for _, r := range tr.sent[max(0, len(tr.sent)-n):] {
		again = append(again, &kafka.Record{
			Topic: r.Topic, Key: r.Key, Value: r.Value, Headers: r.Headers,
		})
	}
	tr.send(again)
}

// poison sends a record that is no fact, of a kind that depends on the seed.
func (tr *trade) poison() {
	tr.t.Helper()
	r := tr.record(event.KindOrderPlaced, 1, &event.OrderPlaced{OrderId: 1, StoreId: 1,
		PlacedAt: &event.StoreTime{UnixUs: noon.UnixMicro()}})
	tr.sent = tr.sent[:len(tr.sent)-1]
	switch tr.rand.IntN(5) {
	case 0:
		r.Value = []byte{0xff, 0xff, 0xff}
	case 1:
		r.Headers = r.Headers[1:]
	case 2:
		r.Headers[1].Value = []byte("somebody.else.v1")
	case 3:
		r.Headers[1].Value = []byte(event.KindStockMoved.String())
	case 4:
		r.Value = nil
	}
	tr.letters++
	tr.send([]*kafka.Record{r})
}

func (tr *trade) send(records []*kafka.Record) {
	tr.t.Helper()
	if err := tr.producer.Produce(tr.t.Context(), records); err != nil {
		tr.t.Fatal(err)
	}
}
