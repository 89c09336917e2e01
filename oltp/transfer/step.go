package transfer

import (
	"context"
	"slices"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// ship lets the goods leave the donor.
func (d *Desk) ship(ctx context.Context, t *Transfer, o *Order) error {
	after := t.after(Shipped)
	for i := range after.Lines {
		after.Lines[i].Shipped = after.Lines[i].Qty
	}
	for i, s := range o.Sent {
		l := after.line(s.Line)
		if l == nil {
			return order.Refuse(i, "line", "the transfer has no line %d", s.Line)
		}
		if s.Qty < 0 || s.Qty > l.Qty {
			return order.Refuse(i, "qty", "%d, want 0 to the %d that were asked for", s.Qty, l.Qty)
		}
		l.Shipped = s.Qty
	}
	moves := make([]stock.PostingLine, len(after.Lines))
	total := int32(0)
	for i := range after.Lines {
		l := &after.Lines[i]
		sku, err := order.FindSKU(d.Catalogue, i, l.SKU)
		if err != nil {
			return err
		}
		cost, err := sku.Cost.Times(int64(l.Shipped))
		if err != nil {
			return order.Refuse(i, "qty", "cost: %v", err)
		}
		l.Cost = cost
		total += min(l.Shipped, 1)
		moves[i] = stock.PostingLine{SKU: l.SKU, Kind: retail.TransferOut, Qty: l.Shipped, Reason: t.Reason}
	}
	if total == 0 {
		return order.Refuse(-1, "lines", "nothing would leave; cancel the transfer instead")
	}
	return d.post(ctx, after, o, t.From, moves)
}

// receive books in what has arrived. All that was shipped comes off the road: what is missing is written
// off, or claimed, at the receiver.
func (d *Desk) receive(ctx context.Context, t *Transfer, o *Order) error {
	after := t.after(Received)
	for i := range after.Lines {
		after.Lines[i].Received = after.Lines[i].Shipped
	}
	for i, a := range o.Arrived {
		l := after.line(a.Line)
		switch {
		case l == nil:
			return order.Refuse(i, "line", "the transfer has no line %d", a.Line)
		case a.Received < 0 || a.Received > l.Shipped:
			return order.Refuse(i, "received", "%d, want 0 to the %d that were shipped", a.Received,
				l.Shipped)
		case a.Claimed < 0 || a.Claimed > l.Shipped-a.Received:
			return order.Refuse(i, "claimed", "%d, want 0 to the %d that are missing", a.Claimed,
				l.Shipped-a.Received)
		case a.Received < l.Shipped && a.Reason == "":
			return order.Refuse(i, "reason", "is missing, and %d of %d pieces are, too", l.Shipped-a.Received,
				l.Shipped)
		}
		l.Received, l.Claimed, l.Reason = a.Received, a.Claimed, a.Reason
		l.Lost = l.Shipped - a.Received - a.Claimed
	}
	moves := make([]stock.PostingLine, 0, len(after.Lines))
	for i := range after.Lines {
		l := &after.Lines[i]
		moves = append(moves,
			stock.PostingLine{SKU: l.SKU, Kind: retail.TransferIn, Qty: l.Shipped, Reason: t.Reason},
			stock.PostingLine{SKU: l.SKU, Kind: retail.TransitLoss, Qty: l.Lost, Reason: l.Reason},
			stock.PostingLine{SKU: l.SKU, Kind: retail.TransitClaim, Qty: l.Claimed, Reason: l.Reason})
	}
	moves = slices.DeleteFunc(moves, func(m stock.PostingLine) bool { return m.Qty == 0 })
	return d.post(ctx, after, o, t.To, moves)
}

// after copies a transfer for what it will be.
func (t *Transfer) after(state State) *Transfer {
	after := *t
	after.Lines = slices.Clone(t.Lines)
	after.State, after.Version = state, t.Version+1
	return &after
}

func (t *Transfer) line(no int16) *Line {
	for i := range t.Lines {
		if t.Lines[i].No == no {
			return &t.Lines[i]
		}
	}
	return nil
}

// change is the step that led to t.
func (t *Transfer) change(o *Order, at time.Time) *Change {
	c := &Change{ID: t.ID, Version: t.Version, State: t.State, At: at.UTC(), Who: o.Who, Reason: o.Reason,
		Lines: make([]ChangeLine, len(t.Lines))}
	for i := range t.Lines {
		l := &t.Lines[i]
		c.Lines[i] = ChangeLine{No: l.No, Shipped: l.Shipped, Received: l.Received, Lost: l.Lost,
			Claimed: l.Claimed, Cost: int64(l.Cost), Reason: l.Reason}
	}
	return c
}

// fact is the event of the step that led to t.
func (t *Transfer) fact(at *event.StoreTime) *event.TransferMoved {
	m := &event.TransferMoved{TransferId: t.ID, FromStoreId: int32(t.From), ToStoreId: int32(t.To),
		State: event.TransferState(t.State), FreightFen: int64(t.Freight), Version: t.Version, At: at,
		Simulated: t.Simulated, Lines: make([]*event.TransferLine, len(t.Lines))}
	for i := range t.Lines {
		l := &t.Lines[i]
		m.Lines[i] = &event.TransferLine{LineNo: int32(l.No), SkuId: int64(l.SKU), Qty: l.Qty,
			Shipped: l.Shipped, Received: l.Received, Lost: l.Lost, Claimed: l.Claimed,
			CostFen: int64(l.Cost)}
	}
	return m
}
