package world

import (
	"context"
	"strconv"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// Shop is the part of the write API that a world trades with; *client.Client of oltp/client
// satisfies it. It repeats requests that fail for a passing reason, under the same keys.
type Shop interface {
	PutRegions(context.Context, []wire.Region) ([]wire.Merged, error)
	PutStores(context.Context, []wire.Store) ([]wire.Merged, error)
	PutCategories(context.Context, []wire.Category) ([]wire.Merged, error)
	PutStyles(context.Context, []wire.Style) ([]wire.Merged, error)
	PutProducts(context.Context, []wire.Product) ([]wire.Merged, error)
	PutMembers(context.Context, []wire.Member) ([]wire.Merged, error)
	MoveStock(context.Context, []wire.StockMove) ([]wire.StockRow, error)
	PlaceOrders(context.Context, []wire.OrderRow) ([]wire.Row, error)
	Refunds(context.Context, []wire.RefundRow) ([]wire.Row, error)
	Pay(context.Context, int64, wire.Payment) (*wire.Placed, error)
	Cancel(context.Context, int64, wire.Cancellation) (*wire.Placed, error)
	Ship(context.Context, int64, wire.Progress) (*wire.Placed, error)
	// MakeReady and Deliver are the same for goods that wait and for those that a courier has.
	MakeReady(context.Context, int64, wire.Progress) (*wire.Placed, error)
	Deliver(context.Context, int64, wire.Progress) (*wire.Placed, error)
	Complete(context.Context, int64, wire.Progress) (*wire.Placed, error)
}

// regions lists the regions of the stores, each once.
func (w *World) regions() []wire.Region {
	var out []wire.Region
	seen := map[string]bool{}
	for i := range w.Stores {
		if r := w.Stores[i].Region; !seen[r.Code] {
			seen[r.Code] = true
			out = append(out, wire.Region{Code: r.Code, Name: r.Name, NameEN: r.NameEN})
		}
	}
	return out
}

func (w *World) wireStores() []wire.Store {
	out := make([]wire.Store, len(w.Stores))
	for i := range w.Stores {
		s := &w.Stores[i]
		out[i] = wire.Store{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Region: s.Region.Code,
			City: s.City, Latitude: s.Location.Latitude, Longitude: s.Location.Longitude,
			TimeZone: s.TimeZone, OpensMinute: s.OpensMinute, ClosesMinute: s.ClosesMinute,
			Address: s.Address, Phone: s.Phone, Hours: s.Hours.WeekText(),
			SpecialDays: s.Hours.SpecialText(), Services: s.Services.Names(),
			DeliveryRadiusM: s.RadiusMetres, CapacityPerHour: s.CapacityPerHour, Simulated: true}
	}
	return out
}

func (w *World) wireMembers() []wire.Member {
	out := make([]wire.Member, len(w.Members))
	for i := range w.Members {
		out[i] = wire.Member{Code: w.MemberCode(i), Origin: w.Stores[w.Members[i].Home].Code,
			Simulated: true}
	}
	return out
}

// row is the order as it is placed. In history an order of the mini-program is recorded as paid and
// taken along; while the chain is watched live it is paid later and goes its own way.
func (w *World) row(o *Order, live bool) wire.OrderRow {
	r := wire.OrderRow{Key: w.Key(o), Order: wire.Order{Store: w.Stores[o.Store].Code,
		PlacedAt: o.At(), Paid: true, PaymentMethod: o.payment(), Simulated: true,
		Lines: make([]wire.OrderLine, len(o.Lines))}}
	if o.Member >= 0 {
		r.Member = w.MemberCode(o.Member)
	}
	if o.Online {
		r.Channel = retail.MiniProgram.String()
		if live {
			r.Paid, r.PaymentMethod = false, ""
			r.Fulfilment = o.Steps.Fulfilment.String()
		}
	}
	for i, l := range o.Lines {
		r.Lines[i] = wire.OrderLine{SKU: w.Products[l.Product].Code, Qty: l.Qty,
			UnitPrice: wire.Of(l.UnitPrice), Discount: l.Discount}
	}
	return r
}

// payment is how the customer pays; it hangs on the time, so that it needs no draw of its own.
func (o *Order) payment() string {
	switch u := mix(uint64(o.AtMS)) % 100; {
	case o.Online || u < 52:
		return "wechat_pay"
	case u < 85:
		return "alipay"
	case u < 94:
		return "card"
	}
	return "cash"
}

// refund is the body of a refund of the order with the given number.
func (w *World) refund(f *Refund, order int64) wire.RefundRow {
	return wire.RefundRow{Key: w.Key(f.Order) + "/refund", Refund: wire.Refund{Order: order,
		Store: w.Stores[f.Order.Store].Code, At: msTime(f.AtMS), Reason: "customer return",
		Simulated: true, Restock: f.Restock,
		Lines: []wire.RefundLine{{Line: f.Line + 1, Qty: f.Qty}}}}
}

// moves are the stock moves of deliveries to a store.
func (w *World) moves(store int, what string, list []Delivery) []wire.StockMove {
	out := make([]wire.StockMove, 0, len(list))
	code := w.Stores[store].Code
	for _, d := range list {
		if d.Qty <= 0 {
			continue
		}
		sku := w.Products[d.Product].Code
		out = append(out, wire.StockMove{Key: w.cfg.Name() + "/" + code + "/" + what + "/" +
			strconv.FormatInt(d.AtMS/86_400_000, 10) + "/" + sku, Store: code, SKU: sku,
			Kind: retail.Receive.String(), Qty: d.Qty, At: msTime(d.AtMS), Reason: what,
			Simulated: true})
	}
	return out
}
