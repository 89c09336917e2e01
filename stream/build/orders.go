package build

import (
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// document is what the lines of one sale or refund share.
type document struct {
	doc         uint8
	order, id   int64
	store       int32
	member      int64
	channel     uint8
	fulfilment  uint8
	campaign    int32
	at          *event.StoreTime
	simulated   bool
	originPlace Place
	lines       []*event.OrderLine
}

func placed(b *fact.Batch, p Place, m *event.OrderPlaced) (int, int64) {
	rows := 1
	if m.Paid {
		rows += lines(&b.OrderLines, document{
			doc: DocSale, order: m.OrderId, id: m.OrderId, store: m.StoreId, member: m.MemberId,
			channel: octet(m.Channel), fulfilment: octet(m.Fulfilment), campaign: m.CampaignId,
			at: m.PlacedAt, simulated: m.Simulated, originPlace: p, lines: m.Lines,
		})
	}
	step(&b.OrderSteps, p, stepRow{
		kind: event.KindOrderPlaced, state: octet(m.State), order: m.OrderId, store: m.StoreId,
		member: m.MemberId, channel: octet(m.Channel), fulfilment: octet(m.Fulfilment),
		campaign: m.CampaignId, at: m.PlacedAt,
		placedUS: m.PlacedAt.UnixUs, paid: m.Paid, lines: m.Lines, net: m.NetFen, ref: m.ExternalRef,
		simulated: m.Simulated,
	})
	return rows, m.PlacedAt.UnixUs
}

func paid(b *fact.Batch, p Place, m *event.OrderPaid) (int, int64) {
	rows := lines(&b.OrderLines, document{
		doc: DocSale, order: m.OrderId, id: m.OrderId, store: m.StoreId, member: m.MemberId,
		channel: octet(m.Channel), fulfilment: octet(m.Fulfilment), campaign: m.CampaignId,
		at: m.PaidAt, simulated: m.Simulated, originPlace: p, lines: m.Lines,
	})
	step(&b.OrderSteps, p, stepRow{
		kind: event.KindOrderPaid, state: uint8(retail.Paid), order: m.OrderId, store: m.StoreId,
		member: m.MemberId, channel: octet(m.Channel), fulfilment: octet(m.Fulfilment),
		campaign: m.CampaignId, at: m.PaidAt,
		placedUS: m.PlacedUnixUs, paid: true, lines: m.Lines, net: m.NetFen, ref: m.ExternalRef,
		simulated: m.Simulated,
	})
	return rows + 1, m.PaidAt.UnixUs
}

func refunded(b *fact.Batch, p Place, m *event.OrderRefunded) (int, int64) {
	order := m.OrderId
	if order == 0 {
		order = m.RefundId
	}
	rows := lines(&b.OrderLines, document{
		doc: DocRefund, order: order, id: m.RefundId, store: m.StoreId, member: m.MemberId,
		channel: octet(m.Channel), fulfilment: octet(m.Fulfilment), campaign: m.CampaignId,
		at: m.RefundedAt, simulated: m.Simulated, originPlace: p, lines: m.Lines,
	})
	step(&b.OrderSteps, p, stepRow{
		kind: event.KindOrderRefunded, state: octet(m.State), order: m.OrderId, refund: m.RefundId,
		store: m.StoreId, member: m.MemberId, channel: octet(m.Channel),
		fulfilment: octet(m.Fulfilment), campaign: m.CampaignId, at: m.RefundedAt,
		lines: m.Lines, net: m.NetFen, ref: m.ExternalRef, reason: m.Reason, simulated: m.Simulated,
	})
	return rows + 1, m.RefundedAt.UnixUs
}

func cancelled(b *fact.Batch, p Place, m *event.OrderCancelled) (int, int64) {
	step(&b.OrderSteps, p, stepRow{
		kind: event.KindOrderCancelled, state: uint8(retail.Cancelled), order: m.OrderId,
		store: m.StoreId, member: m.MemberId, channel: octet(m.Channel), at: m.CancelledAt,
		net: m.NetFen, reason: m.Reason, simulated: m.Simulated,
	})
	return 1, m.CancelledAt.UnixUs
}

// handover is what the steps from the shelf to the customer have in common.
type handover interface {
	GetOrderId() int64
	GetStoreId() int32
	GetMemberId() int64
	GetChannel() event.Channel
	GetFulfilment() event.Fulfilment
	GetPlacedUnixUs() int64
	GetNetFen() int64
	GetSimulated() bool
}

func moved(b *fact.Batch, p Place, kind event.Kind, state retail.OrderState, m handover,
	at *event.StoreTime,
) (int, int64) {
	step(&b.OrderSteps, p, stepRow{
		kind: kind, state: uint8(state), order: m.GetOrderId(), store: m.GetStoreId(),
		member: m.GetMemberId(), channel: octet(m.GetChannel()), fulfilment: octet(m.GetFulfilment()),
		at: at, placedUS: m.GetPlacedUnixUs(), net: m.GetNetFen(), simulated: m.GetSimulated(),
	})
	return 1, at.UnixUs
}
