package order

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Paper names a document whose step a batch books, at a version.
type Paper struct {
	Kind    stock.PaperKind
	ID      int64
	Version int64
}

// PaperChange is the change of a document, as the book of its kind takes it.
type PaperChange struct {
	Kind   stock.PaperKind
	Change []byte
}

type paperKey struct {
	kind stock.PaperKind
	id   int64
}

// posting is one stock.Posting on its way.
type posting struct {
	posting    stock.Posting
	at         moment
	categories []retail.CategoryID
	posted     []stock.Posted
	storeTime  event.StoreTime
	result     stock.Booked
}

// Post books steps of documents. It answers every posting, in their order.
func (w *Writers) Post(ctx context.Context, postings []stock.Posting) []stock.Booked {
	now := w.cfg.Now()
	all := make([]posting, len(postings))
	w.submit(ctx, len(all), func(i int) (action, error) {
		return &all[i], all[i].prepare(&postings[i], w, now)
	})
	results := make([]stock.Booked, len(all))
	for i := range all {
		results[i] = all[i].result
		w.stats.count(results[i].Err, false)
	}
	return results
}

func (p *posting) prepare(q *stock.Posting, w *Writers, now time.Time) error {
	p.posting = *q
	if len(q.Lines) > stock.MaxPaperLines*3 {
		return invalid("lines", "%d moves, at most %d", len(q.Lines), stock.MaxPaperLines*3)
	}
	store, ok := w.cfg.Catalogue.StoreByID(q.Store)
	if !ok {
		return noStore(w.cfg.Catalogue, q.Store)
	}
	us, err := checkTime("at", q.At, now)
	if err != nil {
		return err
	}
	p.at = momentAt(us, store.Zone)
	p.at.fill(&p.storeTime)
	p.categories = make([]retail.CategoryID, len(q.Lines))
	for i := range q.Lines {
		l := &q.Lines[i]
		sku, ok := w.cfg.Catalogue.SKUByID(l.SKU)
		if !ok {
			return noSKU(w.cfg.Catalogue, i, l.SKU)
		}
		p.categories[i] = sku.Category.ID
		if l.Qty < 0 || l.Qty > MaxReceived {
			return invalidLine(i, "qty", "%d, want 0 to %d", l.Qty, MaxReceived)
		}
		if err := checkText(i, "reason", l.Reason); err != nil {
			return err
		}
	}
	return nil
}

func (p *posting) lines() int                             { return max(1, len(p.posting.Lines)) }
func (p *posting) fail(err error)                         { p.result = stock.Booked{Err: err} }
func (p *posting) home() (retail.StoreID, retail.OrderID) { return p.posting.Store, 0 }

func (p *posting) need(b *batch) {
	q := &p.posting
	b.ask.Papers = append(b.ask.Papers, Paper{Kind: q.Kind, ID: q.ID})
	for i := range q.Lines {
		b.shelf.want(retail.StockKey{Store: q.Store, SKU: q.Lines[i].SKU})
	}
}

func (p *posting) decide(b *batch) {
	q := &p.posting
	key := paperKey{q.Kind, q.ID}
	version, ok := b.papers[key]
	switch {
	case !ok:
		p.fail(stock.ErrNoSuchPaper)
		return
	case version != q.Version:
		p.fail(stock.ErrPaperChanged)
		return
	}
	mark := b.shelf.mark()
	booking, err := p.book(b)
	if err != nil {
		b.shelf.back(mark)
		p.fail(err)
		return
	}
	b.papers[key]++
	b.out.Papers = append(b.out.Papers, PaperChange{Kind: q.Kind, Change: booking.Change})
	b.events.frame(booking.Kind, retail.StoreID(booking.Key), booking.Event)
	p.result = stock.Booked{At: time.UnixMicro(p.at.us).UTC()}
}

func (p *posting) book(b *batch) (*stock.Booking, error) {
	p.posted = p.posted[:0]
	for i := range p.posting.Lines {
		posted, err := p.move(b, i)
		if err != nil {
			return nil, err
		}
		p.posted = append(p.posted, posted)
	}
	return p.posting.Book(p.posted, &p.storeTime)
}

// move makes the move of one line.
func (p *posting) move(b *batch, i int) (stock.Posted, error) {
	q, l := &p.posting, &p.posting.Lines[i]
	key := retail.StockKey{Store: q.Store, SKU: l.SKU}
	before := b.shelf.level(key)
	kind, qty := l.Kind, l.Qty
	if l.Count {
		kind, qty = retail.CountGain, l.Qty-before.OnHand
		if qty < 0 {
			kind, qty = retail.CountLoss, -qty
		}
	}
	posted := stock.Posted{Before: before}
	if qty == 0 {
		return posted, nil
	}
	e := entry{kind: kind, category: p.categories[i], ref: retail.OrderID(q.ID), at: p.at,
		simulated: q.Simulated, reason: l.Reason}
	e.onHandDelta, e.resDelta = kind.Deltas(qty)
	if !b.shelf.move(key, e) {
		if e.onHandDelta > 0 {
			return posted, invalidLine(i, "qty", "the store would hold more than %d", MaxLevel)
		}
		return posted, &Short{Line: i, StockKey: key, Wanted: qty, Available: before.Available()}
	}
	posted.Qty = e.onHandDelta
	return posted, nil
}

// Refuse says what is wrong with a document: in the field of a line, or of the whole document with line -1.
func Refuse(line int, field, format string, args ...any) error {
	return invalidLine(line, field, format, args...)
}

// FindSKU returns the SKU that a line of a document names, -1 for none. A SKU that is not found while the
// catalogue cannot look is ErrUnavailable, else the line is Invalid.
func FindSKU(cat Catalogue, line int, id retail.SKUID) (*retail.SKU, error) {
	sku, ok := cat.SKUByID(id)
	if !ok {
		return nil, noSKU(cat, line, id)
	}
	return sku, nil
}

// askPapers brings the documents of the batch into the order in which they are locked.
func (b *batch) askPapers() {
	if len(b.ask.Papers) < 2 {
		return
	}
	slices.SortFunc(b.ask.Papers, func(x, y Paper) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID))
	})
	b.ask.Papers = slices.Compact(b.ask.Papers)
}

// recallPapers indexes the documents that were seen.
func (b *batch) recallPapers() {
	if len(b.seen.Papers) == 0 && len(b.papers) == 0 {
		return
	}
	if b.papers == nil {
		b.papers = map[paperKey]int64{}
	}
	clear(b.papers)
	for _, p := range b.seen.Papers {
		b.papers[paperKey{p.Kind, p.ID}] = p.Version
	}
}
