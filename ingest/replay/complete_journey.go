package replay

import (
	"context"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// completeJourney names the data set in keys and its region.
const completeJourney = "completejourney"

// journey collects the Complete Journey data set.
type journey struct {
	cfg                                Config
	plan                               *Plan
	bad                                badLines
	shelf                              shelf
	categories                         map[string]bool
	products                           map[string]int
	sold                               map[string]bool
	stores                             map[string]bool
	members                            map[string]bool
	baskets                            map[string]int
	zero, fuel, free, coupons, unknown Place
}

// CompleteJourney replays the Complete Journey data set (products and transactions_sample).
func CompleteJourney(ctx context.Context, cfg Config) (*Report, error) {
	cfg = cfg.withDefaults()
	cfg.Progress(Progress{Phase: "read"})
	plan, err := ReadCompleteJourney(cfg)
	if err != nil {
		return nil, err
	}
	return push(ctx, cfg, plan)
}

// ReadCompleteJourney reads and checks the data set without sending anything. Net sales are its
// sales_value, discounts are retail_disc + coupon_match_disc, which the retailer pays for, and
// gross is their sum. coupon_disc is paid for by manufacturers and is therefore part of net sales.
func ReadCompleteJourney(cfg Config) (*Plan, error) {
	j := newJourney(cfg.withDefaults())
	if err := j.readProducts(); err != nil {
		return nil, err
	}
	if err := j.readTransactions(); err != nil {
		return nil, err
	}
	return j.finish()
}

func newJourney(cfg Config) *journey {
	return &journey{
		cfg: cfg,
		plan: &Plan{DataSet: completeJourney,
			Regions: []wire.Region{{Code: completeJourney, Name: "Complete Journey",
				NameEN: "Complete Journey"}}},
		bad:        badLines{limit: cfg.MaxBadLines},
		categories: map[string]bool{}, products: map[string]int{}, sold: map[string]bool{},
		stores: map[string]bool{}, members: map[string]bool{}, baskets: map[string]int{},
		zero: Place{What: "lines of quantity 0",
			To: "adjustment lines with their amounts"},
		fuel: Place{What: "lines of more than 1,000 units (fuel, in thousandths of a gallon)",
			To: "sale lines as they are; their price per unit rounds to 0.00 or 0.01"},
		free: Place{What: "goods with sales_value 0", To: "sale lines with net 0.00"},
		coupons: Place{What: "manufacturers' coupons (coupon_disc)",
			To: "kept in net sales, since manufacturers pay the retailer; reported here only"},
		unknown: Place{What: "products sold that products.csv does not hold, once each",
			To: "products of category completejourney-unknown"},
	}
}

var productColumns = []string{"product_id", "department", "brand", "product_category",
	"product_type", "package_size"}

func (j *journey) readProducts() error {
	t, err := openTable(j.cfg.Dir, "products", productColumns...)
	if err != nil {
		return err
	}
	return eachRow(t, j.cfg.MaxRows, &j.bad, func(row []string) error {
		id, department, category := row[0], row[1], row[3]
		if err := code(t, "product_id", id); err != nil {
			return err
		}
		if _, twice := j.products[id]; twice {
			return t.bad("product_id", id, "was listed before")
		}
		label := department
		if category != "" && category != department {
			label += " / " + category
		}
		name := joinWords(row[4], row[5])
		if row[4] == "" {
			name = joinWords(label, id)
		}
		j.addProduct(wire.Product{Code: id, Name: shorten(name, wire.MaxName),
			NameEN: shorten(name, wire.MaxName), Brand: shorten(row[2], wire.MaxName),
			Category: j.category(department, category, label)})
		return nil
	})
}

func joinWords(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

func (j *journey) addProduct(p wire.Product) {
	j.products[p.Code] = len(j.plan.Products)
	j.plan.Products = append(j.plan.Products, p)
}

// category returns the code of a category, which is added when it is new.
func (j *journey) category(department, category, label string) string {
	c := shorten(slug(completeJourney+" "+department+" "+category), wire.MaxCode)
	if !j.categories[c] {
		j.categories[c] = true
		j.plan.Categories = append(j.plan.Categories, wire.Category{Code: c,
			Name: shorten(label, wire.MaxName), NameEN: shorten(label, wire.MaxName)})
	}
	return c
}

var transactionColumns = []string{"household_id", "store_id", "basket_id", "product_id", "quantity",
	"sales_value", "retail_disc", "coupon_disc", "coupon_match_disc", "transaction_timestamp"}

func (j *journey) readTransactions() error {
	t, err := openTable(j.cfg.Dir, "transactions_sample", transactionColumns...)
	if err != nil {
		return err
	}
	return eachRow(t, j.cfg.MaxRows, &j.bad, func(row []string) error {
		s, err := readJourneyLine(t, row)
		if err != nil {
			return err
		}
		return j.addLine(t, s)
	})
}

// journeyLine is one row of the transactions.
type journeyLine struct {
	household, store, basket, product string
	qty                               int32
	net, retail, coupon, match        retail.Money
	at                                time.Time
}

func readJourneyLine(t *table, row []string) (s journeyLine, err error) {
	s = journeyLine{household: row[0], store: row[1], basket: row[2], product: row[3]}
	for i, v := range row[:4] {
		if err := code(t, t.columns[i], v); err != nil {
			return s, err
		}
	}
	if s.qty, err = quantity(t, "quantity", row[4]); err != nil {
		return s, err
	}
	if s.qty < 0 {
		return s, t.bad("quantity", row[4], "negative")
	}
	for i, m := range [...]*retail.Money{&s.net, &s.retail, &s.coupon, &s.match} {
		if *m, err = amount(t, t.columns[5+i], row[5+i]); err != nil {
			return s, err
		}
	}
	s.at, err = instant(t, "transaction_timestamp", row[9], time.RFC3339, time.UTC)
	return s, err
}

func (j *journey) addLine(t *table, s journeyLine) error {
	order, err := j.basket(t, s)
	if err != nil {
		return err
	}
	j.product(s)
	gross := s.net + s.retail + s.match
	line := wire.OrderLine{SKU: s.product, Qty: s.qty, UnitPrice: wire.Of(perUnit(gross, s.qty)),
		Gross: wire.Of(gross), Discount: s.retail + s.match, CouponDiscount: s.match}
	switch {
	case s.qty == 0:
		line.Kind, line.Reason = retail.Adjustment.String(), "quantity 0 in the data set"
		j.zero.add(gross, 0)
	case s.net == 0:
		j.free.add(gross, int64(s.qty))
	case s.qty > 1_000:
		j.fuel.add(s.net, int64(s.qty))
	}
	if s.coupon > 0 {
		j.coupons.add(s.coupon, 0)
	}
	if s.qty > 0 {
		j.shelf.take(completeJourney, s.store, s.product, s.qty)
	}
	order.Lines = append(order.Lines, line)
	r := &j.plan.Report
	r.Rows++
	r.Gross, r.Discount, r.Net = r.Gross+gross, r.Discount+line.Discount, r.Net+s.net
	return nil
}

// basket finds or opens the order of a row. All rows of a basket agree on store, household and
// time.
func (j *journey) basket(t *table, s journeyLine) (*wire.OrderRow, error) {
	if i, found := j.baskets[s.basket]; found {
		o := j.plan.Documents[i].Order
		switch {
		case o.Store != s.store:
			return nil, t.bad("store_id", s.store, "basket "+s.basket+" is at store "+o.Store)
		case o.Member != s.household:
			return nil, t.bad("household_id", s.household, "basket "+s.basket+" is of "+o.Member)
		case !o.PlacedAt.Equal(s.at):
			return nil, t.bad("transaction_timestamp", s.at.Format(time.RFC3339),
				"basket "+s.basket+" has another time above")
		}
		return o, nil
	}
	j.store(s.store)
	if !j.members[s.household] {
		j.members[s.household] = true
		j.plan.Members = append(j.plan.Members, wire.Member{Code: s.household})
	}
	o := &wire.OrderRow{Key: completeJourney + "/" + s.basket, Order: wire.Order{Store: s.store,
		Member: s.household, PlacedAt: s.at, Paid: true, ExternalRef: s.basket}}
	j.baskets[s.basket] = len(j.plan.Documents)
	j.plan.Documents = append(j.plan.Documents, Document{At: s.at, Order: o})
	return o, nil
}

func (j *journey) store(id string) {
	if j.stores[id] {
		return
	}
	j.stores[id] = true
	j.plan.Stores = append(j.plan.Stores, wire.Store{Code: id, Name: "Store " + id,
		NameEN: "Store " + id, Region: completeJourney, TimeZone: "America/New_York"})
}

// product notes that a product was sold, and its shelf price, which products.csv lacks.
func (j *journey) product(s journeyLine) {
	i, known := j.products[s.product]
	if !known {
		label := "UNKNOWN"
		j.unknown.Rows++
		i = len(j.plan.Products)
		name := fmt.Sprintf("product %s, not in products.csv", s.product)
		j.addProduct(wire.Product{Code: s.product, Name: name, NameEN: name,
			Category: j.category("unknown", "", label)})
	}
	j.sold[s.product] = true
	if price := perUnit(s.net+s.retail+s.match, s.qty); price > 0 {
		j.plan.Products[i].Price = price
	}
}

func (j *journey) finish() (*Plan, error) {
	p, r := j.plan, &j.plan.Report
	if len(p.Documents) == 0 {
		return nil, fmt.Errorf("cannot replay %s: no usable row in %s", completeJourney, j.cfg.Dir)
	}
	sortDocuments(p.Documents)
	r.DataSet, r.Stores, r.Products = completeJourney, len(p.Stores), len(p.Products)
	r.ProductsSold, r.Members, r.Orders = len(j.sold), len(p.Members), len(p.Documents)
	r.First, r.Last = p.Documents[0].At, p.Documents[len(p.Documents)-1].At
	p.Stock = j.shelf.opening(r.First.Add(-time.Minute))
	opening := Place{What: "stock, which the data set does not have",
		To: openingReason, Rows: len(p.Stock)}
	for i := range p.Stock {
		opening.Units += int64(p.Stock[i].Qty)
	}
	r.Places = []Place{j.zero, j.free, j.fuel, j.coupons, j.unknown, opening}
	r.Bad = j.bad.list
	return p, nil
}
