package order

import (
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Safety knows the safety stocks of the chain, from memory.
type Safety interface {
	// Of returns the safety stock of a SKU at a store, 0 where there is none.
	Of(retail.StockKey) int32
}

// alert tells of the levels that have crossed a line: down to nothing, up from nothing, or down to the
// safety stock. Only where a level stands before and after the batch counts. Stock of a SKU that the
// store never had is no return.
func (b *batch) alert() {
	for i := range b.shelf.slots {
		l := &b.shelf.slots[i]
		before, after := l.free, l.Available()
		if !l.changed || before == after {
			continue
		}
		kind, safety := event.StockAlertKind_STOCK_ALERT_KIND_UNSPECIFIED, int32(0)
		switch {
		case after <= 0 && before > 0:
			kind = event.StockAlertKind_STOCK_ALERT_KIND_OUT
		case after > 0 && before <= 0 && l.stored:
			kind = event.StockAlertKind_STOCK_ALERT_KIND_BACK
		case b.safety != nil && after < before:
			if safety = b.safety.Of(l.StockKey); before > safety && after <= safety {
				kind = event.StockAlertKind_STOCK_ALERT_KIND_LOW
			}
		}
		if kind != event.StockAlertKind_STOCK_ALERT_KIND_UNSPECIFIED {
			b.tellAlert(int32(i), kind)
		}
	}
}

func (b *batch) tellAlert(slot int32, kind event.StockAlertKind) {
	l := &b.shelf.slots[slot]
	m := event.StockAlert{StoreId: int32(l.Store), SkuId: int64(l.SKU), Kind: kind, OnHand: l.OnHand,
		Reserved: l.Reserved, Version: l.Version, At: &event.StoreTime{}}
	if b.safety != nil {
		m.Safety = b.safety.Of(l.StockKey)
	}
	for i := len(b.shelf.entries) - 1; i >= 0; i-- {
		if e := &b.shelf.entries[i]; e.slot == slot {
			e.at.fill(m.At)
			m.CategoryId, m.Simulated = int32(e.category), e.simulated
			break
		}
	}
	b.events.frame(event.KindStockAlert, l.Store, &m)
}
