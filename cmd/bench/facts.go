package bench

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/postgres/outbox"
	"github.com/tillstream/tillstream/retail/event"
)

// The facts of the relay's bench: so many orders a transaction, as the intake gathers them under load,
// and so many different transactions, so that no batch in Kafka holds the same order twice.
const (
	packetFacts = 250
	packetCount = 64
)

// tellings is one transaction's orders in both forms: the packet of a logical message, and the rows of an
// outbox.
type tellings struct {
	packet []byte
	rows   []outbox.Fact
}

// tell draws the transactions. They are encoded beforehand: what is measured begins with the commit.
func (g *goods) tell() ([]tellings, error) {
	b := g.draw(7, false)
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	all := make([]tellings, packetCount)
	for i := range all {
		for n := range packetFacts {
			placed := b.placed(int64(i*packetFacts+n+1), event.At(time.Now(), zone))
			wire, err := event.Append(nil, placed)
			if err != nil {
				return nil, fmt.Errorf("cannot encode an order: %w", err)
			}
			body, err := json.Marshal(placed)
			if err != nil {
				return nil, fmt.Errorf("cannot encode an order as JSON: %w", err)
			}
			key := int64(placed.StoreId)
			all[i].packet = event.AppendFrame(all[i].packet, event.Frame{Kind: event.KindOrderPlaced,
				Key: key, Wire: wire})
			all[i].rows = append(all[i].rows, outbox.Fact{Key: key, Kind: event.KindOrderPlaced.String(),
				Body: string(body)})
		}
	}
	return all, nil
}

// placed is the event of a paid till order.
func (b *basket) placed(id int64, at *event.StoreTime) *event.OrderPlaced {
	store, skus := b.places()
	o := &event.OrderPlaced{OrderId: id, StoreId: int32(b.stores[store]), PlacedAt: at,
		MemberId: b.rng.Int64N(2_000_000), Channel: event.Channel_CHANNEL_TILL,
		Fulfilment: event.Fulfilment_FULFILMENT_CARRY_OUT, Paid: true, PaymentMethod: "cash",
		State: event.OrderState_ORDER_STATE_COMPLETED, Simulated: true}
	for i, sku := range skus {
		price := 500 + b.rng.Int64N(5_000)
		o.Lines = append(o.Lines, &event.OrderLine{LineNo: int32(i + 1), SkuId: int64(b.skus[sku]),
			CategoryId: int32(sku%categoryCount + 1), Kind: event.LineKind_LINE_KIND_SALE, Qty: 1,
			UnitPriceFen: price, GrossFen: price, NetFen: price, CostFen: price * 6 / 10})
		o.GrossFen += price
		o.NetFen += price
	}
	return o
}
