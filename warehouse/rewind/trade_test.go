package rewind_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// noon is when the trade of the tests begins, some weeks before the end of a month.
var noon = time.Date(2026, 3, 20, 4, 0, 0, 0, time.UTC)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// trade is a seeded stream of facts of every kind that gives rows.
type trade struct {
	t        testing.TB
	rand     *rand.Rand
	producer *kafka.Producer
	commit   uint64
	order    int64
	sent     []*kafka.Record
	// at is the time of the next fact; it spans several business days and months.
	at time.Time
}

func newTrade(t testing.TB, brokers []string, seed uint64) *trade {
	t.Helper()
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: brokers}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(producer.Close)
	return &trade{t: t, rand: rand.New(rand.NewPCG(seed, 9)), producer: producer, at: noon}
}

// trade sends n facts, among them some that come late, and afterwards some repetitions and poison.
func (tr *trade) trade(n int) {
	tr.t.Helper()
	var records []*kafka.Record
	for range n {
		tr.at = tr.at.Add(time.Duration(tr.rand.Int64N(int64(40 * time.Minute))))
		at := tr.at
		if tr.rand.IntN(10) == 0 {
			at = at.Add(-time.Duration(tr.rand.Int64N(int64(30 * 24 * time.Hour))))
		}
		records = append(records, tr.fact(event.At(at, shanghai)))
	}
	tr.send(records)
	tr.sent = append(tr.sent, records...)
	tr.repeat(tr.rand.IntN(3 * n))
	tr.poison(tr.rand.IntN(3))
}

func (tr *trade) fact(at *event.StoreTime) *kafka.Record {
	store := tr.rand.Int32N(4) + 1
	sku := tr.rand.Int64N(30) + 1
	switch tr.rand.IntN(6) {
	case 0:
		return tr.record(event.KindStockMoved, int64(store), &event.StockMoved{StoreId: store,
			Changes: []*event.StockChange{{SkuId: sku, CategoryId: 2, OnHand: 5, OnHandDelta: -1,
				Kind: event.StockMoveKind_STOCK_MOVE_KIND_SELL, Version: int64(tr.commit), MovedAt: at}}})
	case 1:
		return tr.record(event.KindImpression, sku, &event.Impression{Visit: tr.visit(store, at),
			Slot: "home", SkuIds: []int64{sku, sku + 1}})
	case 2:
		return tr.record(event.KindView, sku, &event.View{Visit: tr.visit(store, at), SkuId: sku})
	case 3:
		switch tr.rand.IntN(3) {
		case 0:
			return tr.record(event.KindReviewPosted, sku, &event.ReviewPosted{ReviewId: sku, SkuId: sku,
				StoreId: store, MemberId: sku, Rating: tr.rand.Int32N(5) + 1, PostedAt: at,
				State: event.ReviewState_REVIEW_STATE_APPROVED, Version: int64(tr.commit)})
		case 1:
			return tr.record(event.KindStoreChanged, int64(store), &event.StoreChanged{StoreId: store,
				Code: fmt.Sprint(store), Version: int64(tr.commit)})
		}
		return tr.record(event.KindProductChanged, sku, &event.ProductChanged{SkuId: sku,
			Code: fmt.Sprint(sku), Version: int64(tr.commit), PriceFen: tr.rand.Int64N(1000)})
	}
	tr.order++
	net := tr.rand.Int64N(10_000)
	lines := []*event.OrderLine{{LineNo: 1, SkuId: sku, CategoryId: 2, Qty: 1, GrossFen: net + 5,
		Kind: event.LineKind_LINE_KIND_SALE, DiscountFen: 5, NetFen: net, CostFen: net / 2}}
	if tr.rand.IntN(8) == 0 {
		return tr.record(event.KindOrderRefunded, int64(store), &event.OrderRefunded{RefundId: tr.order,
			OrderId: tr.order - 1, StoreId: store, RefundedAt: at, Lines: lines, NetFen: net})
	}
	return tr.record(event.KindOrderPlaced, int64(store), &event.OrderPlaced{OrderId: tr.order,
		StoreId: store, MemberId: sku, Paid: true, Channel: event.Channel_CHANNEL_TILL,
		PlacedAt: at, Lines: lines, NetFen: net})
}

func (tr *trade) visit(store int32, at *event.StoreTime) *event.Visit {
	return &event.Visit{EventId: []byte("0123456789abcdef"), VisitorId: tr.rand.Uint64N(50) + 1,
		SessionId: tr.rand.Uint64N(90) + 1, StoreId: store, At: at}
}

func (tr *trade) record(kind event.Kind, key int64, m event.Message) *kafka.Record {
	tr.t.Helper()
	wire, err := event.Append(nil, m)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.commit++
	// Two sources, so that the marks of a place are more than one number.
	source := fmt.Sprintf("/test/%d", tr.commit%2)
	return &kafka.Record{Topic: string(kind.Topic()), Key: fmt.Append(nil, key), Value: wire,
		Timestamp: noon.Add(time.Duration(tr.commit) * time.Second),
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: event.Position{Commit: tr.commit}.Append(nil)},
			{Key: event.HeaderType, Value: []byte(kind.String())},
			{Key: event.HeaderSource, Value: []byte(source)},
			{Key: event.HeaderTime, Value: []byte(noon.Format(time.RFC3339Nano))},
		}}
}

// repeat sends the last n facts again, as a relay does that has lost its place.
func (tr *trade) repeat(n int) {
	tr.t.Helper()
	var again []*kafka.Record
	for _, r := range tr.sent[max(0, len(tr.sent)-n):] {
		again = append(again, &kafka.Record{Topic: r.Topic, Key: r.Key, Value: r.Value,
			Headers: r.Headers, Timestamp: noon.Add(time.Duration(tr.commit) * time.Second)})
	}
	tr.send(again)
}

// poison sends facts of a later version.
func (tr *trade) poison(n int) {
	tr.t.Helper()
	var records []*kafka.Record
	for range n {
		r := tr.fact(event.At(tr.at, shanghai))
		r.Headers[1].Value = []byte(laterOf(string(r.Headers[1].Value)))
		records = append(records, r)
	}
	tr.send(records)
}

// laterOf is the type of a fact in a version that nobody knows yet.
func laterOf(name string) string { return name[:len(name)-1] + "2" }

func (tr *trade) send(records []*kafka.Record) {
	tr.t.Helper()
	if err := tr.producer.Produce(tr.t.Context(), records); err != nil {
		tr.t.Fatal(err)
	}
}
