package serving_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/live/topic"
	"github.com/tillstream/tillstream/serving/recommend"
)

// grocer sells ten goods that have nothing in common, and has learnt nothing.
type grocer struct{ quiet }

func (grocer) SKU(code string) (retail.SKUID, bool) {
	var n retail.SKUID
	_, err := fmt.Sscanf(code, "P%d", &n)
	return n, err == nil && n >= 1 && n <= 10
}

func (grocer) Snapshot(_ context.Context, take func(retail.StockLevel) error) error {
	for sku := retail.SKUID(1); sku <= 10; sku++ {
		if err := take(retail.StockLevel{StockKey: retail.StockKey{Store: 1, SKU: sku}, OnHand: 3,
			Version: 1}); err != nil {
			return err
		}
	}
	return nil
}

func (grocer) catalogue(context.Context) (c recommend.Catalogue, err error) {
	c.Stores = []retail.Store{{ID: 1, Code: "101"}}
	for sku := retail.SKUID(1); sku <= 10; sku++ {
		c.SKUs = append(c.SKUs, retail.SKU{ID: sku, Code: fmt.Sprint("P", sku), Name: fmt.Sprint("商品", sku),
			NameEN: fmt.Sprint("Good ", sku), Active: true, Price: retail.Money(100) << sku})
	}
	return c, nil
}

// ring produces orders of some goods, as the relay does.
func ring(t *testing.T, to *kafka.Producer, first int64, n int, skus ...int64) {
	t.Helper()
	var records []*kafka.Record
	for k := range int64(n) {
		placed := &event.OrderPlaced{OrderId: first + k, StoreId: 1, Channel: event.Channel_CHANNEL_WEB,
			Fulfilment: event.Fulfilment_FULFILMENT_PICKUP, State: event.OrderState_ORDER_STATE_PAID,
			PlacedAt: event.At(time.Now(), time.UTC)}
		for line, sku := range skus {
			placed.Lines = append(placed.Lines, &event.OrderLine{LineNo: int32(line + 1), SkuId: sku, Qty: 1,
				Kind: event.LineKind_LINE_KIND_SALE})
		}
		wire, err := event.Append(nil, placed)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, &kafka.Record{Topic: string(event.TopicOrders), Key: []byte("1"),
			Value: wire, Headers: []kafka.Header{{Key: event.HeaderType,
				Value: []byte(event.KindOrderPlaced.String())}}})
	}
	if err := to.Produce(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// first asks for the page of P1 until the item and the reason that come first are what is wanted.
func first(t *testing.T, s *serving.Server, sku, reason string) {
	t.Helper()
	var body string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		var status int
		status, body = get(t, "http://"+s.EdgeAddress()+
			"/v1/recommendations?store=101&scene=product&items=P1&lang=en")
		var answer struct {
			Model *string
			Items []struct {
				SKU    string
				Reason struct{ Code, Text, With string }
			}
		}
		if status == 200 && json.Unmarshal([]byte(body), &answer) == nil && answer.Model == nil &&
			len(answer.Items) > 0 && answer.Items[0].SKU == sku && answer.Items[0].Reason.Text == reason &&
			answer.Items[0].Reason.With == "P1" && answer.Items[0].Reason.Code == "bought_lately" {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatalf("not within 20 s: %s first, since %q; the last answer was %s", sku, reason, body)
}

// TestOrdersChangeTheNextAnswer follows orders from the topic to the page of a product, of a chain that has
// never been trained on anything, and lets the server start again.
func TestOrdersChangeTheNextAnswer(t *testing.T) {
	kafkaCfg := kafka.Config{Brokers: kafkatest.Start(t)}
	to, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafkaCfg})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	start := func() *serving.Server {
		cfg := config(t)
		shop := grocer{}
		cfg.Edge.Directory, cfg.Feed.Snapshot, cfg.Renewal.Catalogue = shop, shop, shop.catalogue
		cfg.Renewal.Alike = -1
		cfg.Tills = live.TillsConfig{Logger: slog.New(slog.DiscardHandler),
			Log: topic.Log{Config: kafkaCfg, Topics: []event.Topic{event.TopicOrders}}}
		s, err := serving.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := start()
	ring(t, to, 11, 12, 2)
	ring(t, to, 1, 4, 1, 5)
	first(t, s, "P5", "Bought with Good 1 in 4 orders lately, lift 4") // 4·16 / 4·4
	ring(t, to, 31, 8, 1, 3)
	first(t, s, "P3", "Bought with Good 1 in 8 orders lately, lift 2") // 8·24 / 12·8
	if _, body := get(t, "http://"+s.EdgeAddress()+"/metrics"); !strings.Contains(body,
		"tillstream_serving_tills_orders_total 24\n") {
		t.Errorf("%s", body)
	}
	stop(t, s)
	s = start()
	defer stop(t, s)
	first(t, s, "P3", "Bought with Good 1 in 8 orders lately, lift 2") // read back
	ring(t, to, 51, 1, 3, 1)
	first(t, s, "P3", "Bought with Good 1 in 9 orders lately, lift 1.9")
}
