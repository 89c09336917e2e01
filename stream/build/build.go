// Package build turns facts into the columns that the warehouse stores. In comes a decoded event with
// the place of its record in the log, out go rows appended to a fact.Batch.
//
// Guaranteed: the rows depend on the event and its place alone; no clock, no directory, no state. A sale
// counts when it is paid: with the placing if that brought the money, else with the payment. What goes
// back to a customer is a positive amount of document kind 2. Members give no rows, nor do facts whose
// stock moves tell the same: transfers, stocktakes, alerts.
package build

import (
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// Layout is the version of what this package makes of an event. It rises with every change of the
// rows, and with it the tokens under which batches are written.
const Layout = 6

// The kinds of document in fact.OrderLines.
const (
	DocSale   = 1
	DocRefund = 2
)

// Place is where a record lies and when its fact was committed, in microseconds since 1970.
type Place struct {
	Partition   uint16
	Offset      uint64
	CommittedUS int64
}

// Append appends the rows that an event gives which is no behaviour, see AppendAct, and returns how many
// and when the event happened, in microseconds since 1970, 0 when the kind has no such time.
func Append(b *fact.Batch, p Place, kind event.Kind, m event.Message) (rows int, atUS int64) {
	switch m := m.(type) {
	case *event.OrderPlaced:
		return placed(b, p, m)
	case *event.OrderPaid:
		return paid(b, p, m)
	case *event.OrderCancelled:
		return cancelled(b, p, m)
	case *event.OrderRefunded:
		return refunded(b, p, m)
	case *event.OrderShipped:
		return moved(b, p, kind, retail.Shipped, m, m.ShippedAt)
	case *event.OrderCompleted:
		return moved(b, p, kind, retail.Completed, m, m.CompletedAt)
	case *event.OrderPicking:
		return moved(b, p, kind, retail.Picking, m, m.PickingAt)
	case *event.OrderReady:
		return moved(b, p, kind, retail.Ready, m, m.ReadyAt)
	case *event.OrderDelivering:
		return moved(b, p, kind, retail.Delivering, m, m.DeliveringAt)
	case *event.OrderRouted:
		return 0, m.RoutedAt.GetUnixUs()
	case *event.OrderCourier:
		return 0, m.At.GetUnixUs()
	case *event.StockMoved:
		return stock(b, p, m)
	case *event.StockAlert:
		return 0, m.At.GetUnixUs()
	case *event.TransferMoved:
		return 0, m.At.GetUnixUs()
	case *event.StockCounted:
		return 0, m.At.GetUnixUs()
	case *event.SafetyChanged:
		return 0, m.ChangedAt.GetUnixUs()
	case *event.StoreChanged:
		return store(b, p, m), 0
	case *event.ProductChanged:
		return sku(b, p, m), 0
	case *event.ReviewPosted:
		return review(b, p, m)
	case *event.CampaignChanged:
		return campaign(b, p, m), 0
	case *event.ExperimentChanged:
		return experiment(b, p, m), 0
	case *event.StaffChanged:
		return 0, m.ChangedAt.GetUnixUs()
	case *event.MemberChanged:
		return 0, m.ChangedAt.GetUnixUs()
	case *event.MemberErased:
		return 0, m.ErasedAt.GetUnixUs()
	}
	return 0, 0
}

func (p Place) origin(o *fact.Origin, row int) {
	o.Add(p.Partition, p.Offset, uint32(row), p.CommittedUS)
}

// octet narrows an enumeration; a value that a newer producer invented may not fit and becomes 0,
// which everywhere means unknown.
func octet[T ~int32](v T) uint8 {
	if v < 0 || v > 255 {
		return 0
	}
	return uint8(v)
}
