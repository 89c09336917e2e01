package replay

import (
	"cmp"
	"strings"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// document turns an invoice into an order, or a cancellation into a refund.
func (w *web) document(inv *invoice) {
	if inv.moved {
		w.moved.Rows++
	}
	if c := inv.customer; c != "" && !w.members[c] {
		w.members[c] = true
		w.plan.Members = append(w.plan.Members, wire.Member{Code: c, Origin: webStore})
	}
	d := Document{At: inv.at}
	if strings.HasPrefix(inv.no, "C") {
		d.Refund = w.refund(inv)
		w.plan.Report.Refunds++
	} else {
		d.Order = w.sale(inv)
		w.plan.Report.Orders++
	}
	w.plan.Documents = append(w.plan.Documents, d)
}

func (w *web) refund(inv *invoice) *wire.RefundRow {
	f := &wire.RefundRow{Key: onlineRetail + "/" + inv.no, Refund: wire.Refund{Store: webStore,
		Member: inv.customer, Channel: retail.Web.String(), At: inv.at, ExternalRef: inv.no,
		Reason: "cancellation", Restock: true}}
	for _, r := range inv.rows {
		f.Lines = append(f.Lines, wire.RefundLine{SKU: r.sku, Qty: -r.qty,
			Gross: wire.Of(-r.total)})
		w.refunded.add(r.total, int64(r.qty))
		if isService(r.sku) {
			w.service.add(r.total, int64(r.qty))
		}
		w.total(r.total)
	}
	return f
}

func (w *web) sale(inv *invoice) *wire.OrderRow {
	o := &wire.OrderRow{Key: onlineRetail + "/" + inv.no, Order: wire.Order{Store: webStore,
		Member: inv.customer, Channel: retail.Web.String(), PlacedAt: inv.at, Paid: true,
		ExternalRef: inv.no}}
	correction := inv.isCorrection()
	for i := range inv.rows {
		r := &inv.rows[i]
		line := wire.OrderLine{SKU: r.sku, UnitPrice: wire.Of(r.unit), Gross: wire.Of(r.total)}
		switch {
		case strings.HasPrefix(inv.no, "A"):
			w.debt(r, &line)
		case r.qty < 0:
			line.Kind, line.Qty = retail.StockWriteOff.String(), r.qty
			line.Reason = r.why("stock written off, no description")
			w.shelf.take(onlineRetail, webStore, r.sku, -r.qty)
			w.writtenOff.add(r.total, int64(r.qty))
		case correction:
			line.Kind, line.Reason = retail.Adjustment.String(), r.why("stock found, no description")
			w.find(inv, i)
		default:
			line.Qty = r.qty
			w.shelf.take(onlineRetail, webStore, r.sku, r.qty)
			if r.unit == 0 && r.total == 0 {
				w.free.add(0, int64(r.qty))
			}
		}
		w.total(r.total)
		o.Lines = append(o.Lines, line)
	}
	return o
}

// isCorrection reports whether an invoice records goods that were found: nobody bought them and
// nothing on it has a price.
func (inv *invoice) isCorrection() bool {
	if inv.customer != "" {
		return false
	}
	for i := range inv.rows {
		if inv.rows[i].qty < 0 || inv.rows[i].total != 0 {
			return false
		}
	}
	return true
}

// debt places a row of an invoice that adjusts bad debt: money without goods.
func (w *web) debt(r *webRow, line *wire.OrderLine) {
	line.Reason = r.why("bad debt")
	if line.UnitPrice = wire.Of(0); r.total < 0 {
		line.Kind = retail.WriteOff.String()
		w.badDebt.add(r.total, 0)
		return
	}
	line.Kind = retail.Adjustment.String()
	w.undone.add(r.total, 0)
}

// find records goods that an invoice says were found.
func (w *web) find(inv *invoice, i int) {
	r := &inv.rows[i]
	w.found.add(0, int64(r.qty))
	w.plan.Stock = append(w.plan.Stock, wire.StockMove{
		Key:   onlineRetail + "/found/" + inv.no + "/" + itoa(i),
		Store: webStore, SKU: r.sku, Kind: retail.Adjust.String(), Qty: r.qty, At: inv.at,
		Reason: shorten("invoice "+inv.no+": "+r.why("stock found"), wire.MaxReason)})
}

func (w *web) total(net retail.Money) {
	w.plan.Report.Gross += net
	w.plan.Report.Net += net
}

func (r *webRow) why(otherwise string) string {
	return shorten(cmp.Or(r.description, otherwise), wire.MaxReason)
}
