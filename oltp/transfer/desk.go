package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// maxRaces bounds how often a step is drawn up anew because somebody else was faster.
const maxRaces = 5

// Desk takes transfers from draft to receipt. Who may take which step is for its callers to check.
type Desk struct {
	// Book records them. Required.
	Book Book
	// Intake books what moves stock. Required.
	Intake Intake
	// Catalogue knows stores and goods. Required.
	Catalogue order.Catalogue
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

func (d *Desk) now() time.Time {
	if d.Now == nil {
		return time.Now()
	}
	return d.Now()
}

// Draft records a new transfer. A request that is repeated under its key answers with the first one.
func (d *Desk) Draft(ctx context.Context, r Request) (t *Transfer, replayed bool, err error) {
	if err := d.check(&r); err != nil {
		return nil, false, err
	}
	id, replayed, err := d.Book.Draft(ctx, &r, func(t *Transfer) ([]byte, error) {
		return d.packet(t, r.At)
	})
	if err != nil {
		return nil, false, err
	}
	t, err = d.Book.Transfer(ctx, retail.HQScope(), id)
	return t, replayed, err
}

func (d *Desk) check(r *Request) error {
	if r.At.IsZero() {
		r.At = d.now()
	}
	if r.From == r.To {
		return order.Refuse(-1, "to", "is the store that gives")
	}
	if len(r.Lines) == 0 || len(r.Lines) > stock.MaxPaperLines {
		return order.Refuse(-1, "lines", "%d lines, want 1 to %d", len(r.Lines), stock.MaxPaperLines)
	}
	if r.Freight < 0 || r.Freight > retail.MaxMoney {
		return order.Refuse(-1, "freight", "%v, want 0 to %v", r.Freight, retail.MaxMoney)
	}
	seen := make(map[retail.SKUID]bool, len(r.Lines))
	for i, l := range r.Lines {
		if _, err := order.FindSKU(d.Catalogue, i, l.SKU); err != nil {
			return err
		}
		if l.Qty < 1 || l.Qty > order.MaxQty {
			return order.Refuse(i, "qty", "%d, want 1 to %d", l.Qty, order.MaxQty)
		}
		if seen[l.SKU] {
			return order.Refuse(i, "sku", "stands twice in one transfer")
		}
		seen[l.SKU] = true
	}
	return nil
}

// Step takes a transfer one step further. A transfer that stands there already answers replayed.
func (d *Desk) Step(ctx context.Context, o Order) (t *Transfer, replayed bool, err error) {
	for races := 0; ; races++ {
		t, replayed, err = d.step(ctx, &o)
		if !errors.Is(err, stock.ErrPaperChanged) || races == maxRaces {
			return t, replayed, err
		}
	}
}

func (d *Desk) step(ctx context.Context, o *Order) (*Transfer, bool, error) {
	t, err := d.Book.Transfer(ctx, retail.HQScope(), o.ID)
	if err != nil {
		return nil, false, err
	}
	if t.State == o.To {
		return t, true, nil
	}
	if !o.To.follows(t.State) {
		return nil, false, &WrongState{ID: t.ID, Is: t.State, Asked: o.To}
	}
	if o.Reason == "" && o.To == Rejected {
		return nil, false, order.Refuse(-1, "reason", "is missing, and a rejection has one")
	}
	at := o.At
	if at.IsZero() {
		at = d.now()
	}
	switch o.To {
	case Shipped:
		err = d.ship(ctx, t, o)
	case Received:
		err = d.receive(ctx, t, o)
	default:
		after := *t
		after.State, after.Version = o.To, t.Version+1
		var packet []byte
		if packet, err = d.packet(&after, at); err == nil {
			err = d.Book.Step(ctx, after.change(o, at), packet)
		}
	}
	if err != nil {
		return nil, false, err
	}
	t, err = d.Book.Transfer(ctx, retail.HQScope(), o.ID)
	return t, false, err
}

// post books a step that moves stock at a store.
func (d *Desk) post(ctx context.Context, after *Transfer, o *Order, store retail.StoreID,
	lines []stock.PostingLine) error {
	booked := d.Intake.Post(ctx, []stock.Posting{{Kind: stock.TransferPaper, ID: after.ID,
		Version: after.Version - 1, Store: store, At: o.At, Simulated: after.Simulated, Lines: lines,
		Book: func(_ []stock.Posted, at *event.StoreTime) (*stock.Booking, error) {
			change, err := json.Marshal(after.change(o, at.Time()))
			return &stock.Booking{Change: change, Kind: event.KindTransferMoved,
				Key: int64(after.From), Event: after.fact(at)}, err
		}}})
	return booked[0].Err
}

func (d *Desk) packet(t *Transfer, at time.Time) ([]byte, error) {
	store, ok := d.Catalogue.StoreByID(t.From)
	if !ok {
		return nil, fmt.Errorf("cannot look up store %d: %w", t.From, order.ErrUnavailable)
	}
	wire, err := event.Append(nil, t.fact(event.At(at, store.Zone)))
	if err != nil {
		return nil, fmt.Errorf("cannot tell of transfer %d: %w", t.ID, err)
	}
	return event.AppendFrame(nil, event.Frame{Kind: event.KindTransferMoved, Key: int64(t.From),
		Wire: wire}), nil
}
