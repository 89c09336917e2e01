package api

import (
	"strconv"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// view shows an order under the chain's codes.
func (a *API) view(v *order.View) *wire.OrderView {
	gross, discount, net := v.Totals()
	out := &wire.OrderView{
		ID: int64(v.ID), Store: a.storeCode(v.Store), Member: a.memberCode(v.Member),
		Channel: v.Channel.String(), Fulfilment: v.Fulfilment.String(), State: v.State.String(),
		PlacedAt: v.PlacedAt.UTC(), PaymentMethod: v.PaymentMethod, ExternalRef: v.ExternalRef,
		Campaign: v.Campaign, Simulated: v.Simulated, Gross: gross, Discount: discount, Net: net,
		Lines: make([]wire.OrderViewLine, len(v.Lines)),
	}
	if !v.PaidAt.IsZero() {
		out.PaidAt = v.PaidAt.UTC()
	}
	out.ExpiresAt = a.expiry(v)
	for _, g := range v.Grants {
		out.Grants = append(out.Grants, wire.Grant{Line: g.No, ListPrice: g.List, By: g.By, Reason: g.Reason})
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		out.Lines[i] = wire.OrderViewLine{Line: l.No, SKU: a.skuCode(l.SKU), Kind: l.Kind.String(),
			Qty: l.Qty, UnitPrice: l.UnitPrice, Gross: l.Gross, Discount: l.Discount,
			CouponDiscount: l.CouponDiscount, Net: l.Net}
		if i < len(v.Refunded) {
			out.Lines[i].RefundedQty = v.Refunded[i].Qty
			out.Lines[i].RefundedNet = v.Refunded[i].Gross - v.Refunded[i].Discount
		}
	}
	return out
}

func (a *API) level(l retail.StockLevel) *wire.StockLevel {
	return &wire.StockLevel{Store: a.storeCode(l.Store), SKU: a.skuCode(l.SKU), OnHand: l.OnHand,
		Reserved: l.Reserved, Available: l.Available(), Version: l.Version}
}

// An id whose row cannot be found is shown as "#id" rather than hiding the rest of the answer.

func (a *API) storeCode(id retail.StoreID) string {
	if s, ok := a.cfg.Lookup.StoreByID(id); ok {
		return s.Code
	}
	return unknownCode(int64(id))
}

func (a *API) skuCode(id retail.SKUID) string {
	if s, ok := a.cfg.Lookup.SKUByID(id); ok {
		return s.Code
	}
	return unknownCode(int64(id))
}

func (a *API) memberCode(id retail.MemberID) string {
	if id == 0 {
		return ""
	}
	if m, ok := a.cfg.Lookup.MemberByID(id); ok {
		return m.Code
	}
	return unknownCode(int64(id))
}

func unknownCode(id int64) string { return "#" + strconv.FormatInt(id, 10) }
