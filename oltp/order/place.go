package order

import (
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/trace"
)

// placing is one Request on its way.
type placing struct {
	key    Key
	hash   int64
	order  retail.Order // lines resolved and priced
	state  retail.OrderState
	at     moment
	gross  retail.Money
	disc   retail.Money
	source []Line // for the reasons
	by     string
	paid   bool
	routed *Routed // nil for an order that names its store
	mark   trace.Mark
	result Result
}

// prepare checks a request and resolves what the catalogue knows. lines is room for its lines.
func (p *placing) prepare(r *Request, w *Writers, h *hasher, now time.Time) error {
	p.key, p.hash = r.Key, h.request(r)
	if p.key == (Key{}) {
		p.key = RandomKey()
	}
	store, ok := w.cfg.Catalogue.StoreByID(r.Store)
	if !ok {
		return noStore(w.cfg.Catalogue, r.Store)
	}
	us, err := checkTime("placed_at", r.PlacedAt, now)
	if err != nil {
		return err
	}
	p.at = momentAt(us, store.Zone)
	p.paid, p.source, p.by = r.Paid, r.Lines, r.By
	if p.routed = r.Routed; p.routed != nil {
		p.hash = p.routed.Hash
	}
	p.order = retail.Order{
		Store: r.Store, Member: r.Member, Channel: r.Channel, Fulfilment: r.Fulfilment,
		PaymentMethod: r.PaymentMethod, ExternalRef: r.ExternalRef, Campaign: r.Campaign,
		Simulated: r.Simulated,
	}
	if err := p.checkHead(); err != nil {
		return err
	}
	return p.priceLines(r.Lines, w)
}

func (p *placing) checkHead() error {
	o := &p.order
	if o.Channel == 0 {
		o.Channel = retail.Till
	}
	if o.Fulfilment == 0 {
		o.Fulfilment = retail.CarryOut
	}
	if o.Channel > retail.Phone {
		return invalid("channel", "%d is no channel", o.Channel)
	}
	if o.Fulfilment > retail.Express {
		return invalid("fulfilment", "%d is no way of fulfilment", o.Fulfilment)
	}
	if o.Member < 0 {
		return invalid("member", "%d is negative", o.Member)
	}
	if o.Campaign < 0 {
		return invalid("campaign", "%d is negative", o.Campaign)
	}
	p.state = retail.PendingPayment
	if p.paid {
		p.state = retail.Paid
		if o.Fulfilment == retail.CarryOut {
			p.state = retail.Completed
		}
	}
	return checkTexts("payment_method", o.PaymentMethod, "external_ref", o.ExternalRef)
}

func (p *placing) priceLines(lines []Line, w *Writers) error {
	if len(lines) == 0 || len(lines) > w.cfg.MaxLines {
		return invalid("lines", "%d lines, want 1 to %d", len(lines), w.cfg.MaxLines)
	}
	p.order.Lines = make([]retail.Line, len(lines))
	for i := range lines {
		sku, ok := w.cfg.Catalogue.SKUByID(lines[i].SKU)
		if !ok {
			return noSKU(w.cfg.Catalogue, i, lines[i].SKU)
		}
		var err error
		if p.order.Lines[i], err = checkLine(i, &lines[i], sku.Category.ID, sku.Cost); err != nil {
			return err
		}
		p.gross += p.order.Lines[i].Gross
		p.disc += p.order.Lines[i].Discount
	}
	for _, sum := range [...]retail.Money{p.gross, p.disc, p.gross - p.disc} {
		if err := checkMoney(-1, "lines", sum); err != nil {
			return err
		}
	}
	return nil
}

func (p *placing) lines() int                             { return max(1, len(p.order.Lines)) }
func (p *placing) fail(err error)                         { p.result = Result{Err: err} }
func (p *placing) home() (retail.StoreID, retail.OrderID) { return p.order.Store, 0 }

func (p *placing) need(b *batch) {
	b.ask.OrderKeys = append(b.ask.OrderKeys, p.key)
	for i := range p.order.Lines {
		if p.order.Lines[i].Qty != 0 {
			b.shelf.want(retail.StockKey{Store: p.order.Store, SKU: p.order.Lines[i].SKU})
		}
	}
}

func (p *placing) decide(b *batch) {
	if before, ok := b.orders[p.key]; ok {
		p.result = before.replay(p.hash)
		return
	}
	mark := b.shelf.mark()
	if err := p.takeAll(b, b.first+b.used); err != nil {
		b.shelf.back(mark)
		p.fail(err)
		return
	}
	p.record(b)
}

// takeAll moves the goods of all lines for the order that will have this number.
func (p *placing) takeAll(b *batch, id int64) error {
	for i := range p.order.Lines {
		if err := p.take(b, i, id); err != nil {
			return err
		}
	}
	return nil
}

// record notes an order whose goods are taken.
func (p *placing) record(b *batch) {
	p.order.ID = b.number()
	p.result = Result{ID: p.order.ID, State: p.state, Gross: p.gross, Discount: p.disc,
		Net: p.gross - p.disc}
	b.orders[p.key] = Before{Key: p.key, ID: p.order.ID, Hash: p.hash, State: p.state, Gross: p.gross,
		Discount: p.disc}
	b.out.Orders.add(p)
	for i := range p.order.Lines {
		b.out.Lines.add(p.order.ID, &p.order.Lines[i], p.source[i].Reason)
		if p.source[i].Granted {
			b.out.Grants.add(p, i)
		}
	}
	b.events.mark = b.carried(p.mark)
	b.events.placed(p)
	b.events.mark = trace.Mark{}
	if p.routed != nil {
		p.route(b)
	}
}

// take moves the goods of one line: a till sale takes them at once, any other order reserves them.
func (p *placing) take(b *batch, i int, id int64) error {
	l := &p.order.Lines[i]
	if l.Qty == 0 {
		return nil
	}
	e := entry{category: l.Category, ref: retail.OrderID(id), at: p.at, simulated: p.order.Simulated}
	wanted := l.Qty
	switch {
	case l.Kind == retail.StockWriteOff:
		e.kind, e.onHandDelta, e.reason = retail.StockLoss, l.Qty, p.source[i].Reason
		wanted = -l.Qty
	case p.state == retail.Completed:
		e.kind, e.onHandDelta = retail.Sell, -l.Qty
	default:
		e.kind, e.resDelta = retail.Reserve, l.Qty
	}
	key := retail.StockKey{Store: p.order.Store, SKU: l.SKU}
	if !b.shelf.move(key, e) {
		return &Short{Line: i, StockKey: key, Wanted: wanted, Available: b.shelf.level(key).Available()}
	}
	return nil
}

func (r *OrderRows) add(p *placing) {
	o := &p.order
	var paidUS int64
	if p.paid {
		paidUS = p.at.us
	}
	r.ID = append(r.ID, int64(o.ID))
	r.Key = append(r.Key, p.key)
	r.Hash = append(r.Hash, p.hash)
	r.Member = append(r.Member, int64(o.Member))
	r.Placed = append(r.Placed, p.at.us)
	r.Paid = append(r.Paid, paidUS)
	r.Gross = append(r.Gross, int64(p.gross))
	r.Discount = append(r.Discount, int64(p.disc))
	r.Store = append(r.Store, int32(o.Store))
	r.Campaign = append(r.Campaign, int32(o.Campaign))
	r.SaleDay = append(r.SaleDay, p.at.day)
	r.Channel = append(r.Channel, int16(o.Channel))
	r.Fulfilment = append(r.Fulfilment, int16(o.Fulfilment))
	r.State = append(r.State, int16(p.state))
	r.Simulated = append(r.Simulated, o.Simulated)
	r.PaymentMethod = append(r.PaymentMethod, o.PaymentMethod)
	r.ExternalRef = append(r.ExternalRef, o.ExternalRef)
}

func (r *LineRows) add(order retail.OrderID, l *retail.Line, reason string) {
	r.Order = append(r.Order, int64(order))
	r.SKU = append(r.SKU, int64(l.SKU))
	r.UnitPrice = append(r.UnitPrice, int64(l.UnitPrice))
	r.Gross = append(r.Gross, int64(l.Gross))
	r.Discount = append(r.Discount, int64(l.Discount))
	r.CouponDiscount = append(r.CouponDiscount, int64(l.CouponDiscount))
	r.Cost = append(r.Cost, int64(l.Cost))
	r.Category = append(r.Category, int32(l.Category))
	r.Qty = append(r.Qty, l.Qty)
	r.No = append(r.No, int16(l.No))
	r.Kind = append(r.Kind, int16(l.Kind))
	r.Reason = append(r.Reason, reason)
}
