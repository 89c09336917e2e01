package stocktake

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// maxRaces bounds how often a closing is drawn up anew because somebody counted meanwhile.
const maxRaces = 5

// Desk takes stocktakes from opening to report. Who may do so is for its callers to check.
type Desk struct {
	// Book records them. Required.
	Book Book
	// Intake books the closing. Required.
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

// Open opens a stocktake. A request that is repeated under its key answers with the first one.
func (d *Desk) Open(ctx context.Context, r Request) (s *Stocktake, replayed bool, err error) {
	if r.At.IsZero() {
		r.At = d.now()
	}
	if err := d.check(r.Lines); err != nil {
		return nil, false, err
	}
	id, replayed, err := d.Book.Open(ctx, &r)
	if err != nil {
		return nil, false, err
	}
	s, err = d.Book.Stocktake(ctx, retail.HQScope(), id)
	return s, replayed, err
}

// Count adds counts. The last count of a SKU is the one that holds.
func (d *Desk) Count(ctx context.Context, id int64, who string, lines []Count) (*Stocktake, error) {
	if err := d.check(lines); err != nil {
		return nil, err
	}
	if err := d.Book.Count(ctx, id, who, d.now(), lines); err != nil {
		return nil, err
	}
	return d.Book.Stocktake(ctx, retail.HQScope(), id)
}

func (d *Desk) check(lines []Count) error {
	if len(lines) > stock.MaxPaperLines {
		return order.Refuse(-1, "lines", "%d lines, at most %d", len(lines), stock.MaxPaperLines)
	}
	seen := make(map[retail.SKUID]bool, len(lines))
	for i, l := range lines {
		if _, err := order.FindSKU(d.Catalogue, i, l.SKU); err != nil {
			return err
		}
		if l.Counted < 0 || l.Counted > order.MaxReceived {
			return order.Refuse(i, "counted", "%d, want 0 to %d", l.Counted, order.MaxReceived)
		}
		if seen[l.SKU] {
			return order.Refuse(i, "sku", "stands twice in one request")
		}
		seen[l.SKU] = true
	}
	return nil
}

// Cancel ends a stocktake without moves.
func (d *Desk) Cancel(ctx context.Context, id int64, who, reason string) (*Stocktake, error) {
	s, err := d.Book.Stocktake(ctx, retail.HQScope(), id)
	if err == nil && s.State != Cancelled {
		err = d.Book.Cancel(ctx, id, who, reason, d.now())
	}
	if err != nil {
		return nil, err
	}
	return d.Book.Stocktake(ctx, retail.HQScope(), id)
}

// Close compares the counts with the books and moves the differences, all in one transaction. A
// stocktake that is closed already answers replayed.
func (d *Desk) Close(ctx context.Context, id int64, who, reason string) (s *Stocktake, replayed bool,
	err error) {
	for races := 0; ; races++ {
		if s, err = d.Book.Stocktake(ctx, retail.HQScope(), id); err != nil {
			return nil, false, err
		}
		switch {
		case s.State == Closed:
			return s, true, nil
		case s.State == Cancelled:
			return nil, false, &WrongState{ID: id, Is: s.State}
		case len(s.Lines) == 0:
			return nil, false, order.Refuse(-1, "lines", "nothing has been counted")
		}
		err = d.Intake.Post(ctx, []stock.Posting{d.posting(s, by{who, staff.RequestOf(ctx), reason})})[0].Err
		if errors.Is(err, stock.ErrPaperChanged) && races < maxRaces {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		s, err = d.Book.Stocktake(ctx, retail.HQScope(), id)
		return s, false, err
	}
}

// by is who closes a stocktake, by which request, and why.
type by struct{ who, request, reason string }

func (d *Desk) posting(s *Stocktake, b by) stock.Posting {
	why := b.reason
	if why == "" {
		why = "stocktake"
	}
	lines := make([]stock.PostingLine, len(s.Lines))
	for i := range s.Lines {
		lines[i] = stock.PostingLine{SKU: s.Lines[i].SKU, Qty: s.Lines[i].Counted, Count: true, Reason: why}
	}
	return stock.Posting{Kind: stock.StocktakePaper, ID: s.ID, Version: s.Version, Store: s.Store,
		Simulated: s.Simulated, Lines: lines,
		Book: func(posted []stock.Posted, at *event.StoreTime) (*stock.Booking, error) {
			return d.report(s, b, posted, at)
		}}
}

// report values the differences.
func (d *Desk) report(s *Stocktake, b by, posted []stock.Posted, at *event.StoreTime) (*stock.Booking,
	error) {
	c := Change{ID: s.ID, At: at.Time(), Who: b.who, Request: b.request, Reason: b.reason,
		Lines: make([]ChangeLine, len(posted))}
	fact := &event.StockCounted{StocktakeId: s.ID, StoreId: int32(s.Store), Skus: int32(len(posted)),
		At: at, Simulated: s.Simulated}
	for i, p := range posted {
		l := &s.Lines[i]
		sku, err := order.FindSKU(d.Catalogue, i, l.SKU)
		if err != nil {
			return nil, err
		}
		value, err := sku.Cost.Times(int64(p.Qty))
		if err != nil {
			return nil, order.Refuse(i, "counted", "value: %v", err)
		}
		c.Lines[i] = ChangeLine{SKU: int64(l.SKU), Expected: p.Before.OnHand, Value: int64(value)}
		c.Value += int64(value)
		if p.Qty != 0 {
			fact.Differences = append(fact.Differences, &event.CountedLine{SkuId: int64(l.SKU),
				Expected: p.Before.OnHand, Counted: l.Counted, ValueFen: int64(value)})
		}
	}
	fact.ValueFen = c.Value
	change, err := json.Marshal(&c)
	return &stock.Booking{Change: change, Kind: event.KindStockCounted, Key: int64(s.Store),
		Event: fact}, err
}
