package pricing

import "github.com/tillstream/tillstream/retail"

// Price prices every line of the cart and notes what is wrong. Lines without a fault are as they can be
// ordered; a line with one keeps what it asks for.
func (c *Cart) Price() {
	for i := range c.Lines {
		if c.Lines[i].SKU != nil {
			c.price(i, &c.Lines[i])
		}
	}
}

func (c *Cart) price(i int, l *Line) {
	unlisted := c.list(l)
	l.Price.Discount, l.Price.CouponDiscount = l.Ask.Discount, l.Ask.CouponDiscount
	if !l.total() {
		c.fault(i, "gross", Beyond)
	}
	if l.Kind != retail.Sale {
		if !c.MaySet {
			c.right(i, "kind", NeedsRole, 0)
		}
		return
	}
	if l.Qty < 1 {
		c.fault(i, "qty", NoQuantity)
		return
	}
	if !l.SKU.Active {
		c.fault(i, "sku", NoLongerSold)
		return
	}
	why := c.offShelf(l.SKU, unlisted)
	changed := l.Unit() != l.List || l.Price.Discount != 0 || !l.atList()
	if why != 0 && !c.mayOverride(l) {
		c.fault(i, "sku", why)
		return
	}
	if l.Granted = c.MaySet && l.Reason != "" && (changed || why != 0); !c.MaySet {
		c.keepToList(i, l)
	} else if c.MustSay && l.Reason == "" {
		c.askWhy(i, l)
	}
}

// Unit is what one costs.
func (l *Line) Unit() retail.Money { return l.Price.Unit }

// list finds the list price, and reports whether the store does not sell the SKU.
func (c *Cart) list(l *Line) (unlisted bool) {
	l.List = l.SKU.Price
	own, found := c.Assortment.At(l.SKU.ID, c.At)
	if found && own.Priced {
		l.List, l.Own = own.Price, true
	}
	return found && !own.Listed
}

// total fills in the amounts that were left out, and reports whether they are amounts at all.
func (l *Line) total() bool {
	switch {
	case l.Ask.Unit.Given:
		l.Price.Unit = l.Ask.Unit.Money
	case !l.Ask.Gross.Given && l.Kind == retail.Sale:
		l.Price.Unit, l.Listed = l.List, true
	case l.Ask.Gross.Money > 0 && l.Qty > 0:
		l.Price.Unit = l.Ask.Gross.Money / retail.Money(l.Qty)
	}
	if l.Ask.Gross.Given {
		l.Price.Gross = l.Ask.Gross.Money
		return true
	}
	gross, err := l.Price.Unit.Times(int64(l.Qty))
	l.Price.Gross = gross
	return err == nil
}

// atList reports whether the gross amount is that of the list.
func (l *Line) atList() bool {
	gross, err := l.List.Times(int64(l.Qty))
	return err == nil && gross == l.Price.Gross
}

// offShelf says why the SKU cannot be bought here through this channel now; 0 when it can.
func (c *Cart) offShelf(s *retail.SKU, unlisted bool) Reason {
	switch {
	case unlisted:
		return NotListed
	case s.SoldThrough(c.Channel):
		return 0
	case s.OnlineOnly:
		return OnlineOnly
	}
	return OffSeason
}

// mayOverride reports whether the line is rung up at a till by somebody who may set prices and says
// why: what a customer holds in hand can be sold.
func (c *Cart) mayOverride(l *Line) bool {
	return c.Channel == retail.Till && c.MaySet && l.Reason != ""
}

// keepToList refuses what somebody who may not set prices must not ask for.
func (c *Cart) keepToList(i int, l *Line) {
	switch {
	case l.Price.Unit != l.List || !l.atList():
		why := NotListPrice
		if l.Own {
			why = NotStorePrice
		}
		c.right(i, "unit_price", why, l.List)
	case l.Price.Discount != 0:
		c.right(i, "discount", NeedsRole, 0)
	}
}

// askWhy refuses a line that is cheaper than the list has it, apart from what a coupon takes off, though
// nobody said why.
func (c *Cart) askWhy(i int, l *Line) {
	if l.Price.Discount > l.Price.CouponDiscount {
		c.fault(i, "discount", UnexplainedDiscount)
		return
	}
	if listed, err := l.List.Times(int64(l.Qty)); err == nil && l.Price.Gross < listed {
		c.Faults = append(c.Faults, Fault{Line: i, Field: "unit_price", Reason: UnexplainedPrice,
			Amount: l.List})
	}
}
