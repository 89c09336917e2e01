package replay

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const (
	// onlineRetail names the data set in keys, its region and its category.
	onlineRetail = "online-retail"
	// webStore is the code of the one shop, which the data set does not name.
	webStore = "WEB"
	// skuPrefix keeps the data set's stock codes apart: 13 of them are product numbers of Complete
	// Journey too, and a chain has one catalogue.
	skuPrefix = "OR-"
)

// web collects the Online Retail data set.
type web struct {
	cfg      Config
	plan     *Plan
	bad      badLines
	zone     *time.Location
	shelf    shelf
	invoices map[string]*invoice
	order    []*invoice
	names    map[string]string
	prices   map[string]retail.Money
	skus     []string
	members  map[string]bool
	places
}

// places counts the rows that are not plain sales.
type places struct {
	refunded, service, badDebt, undone, writtenOff, found, free, finePrices, moved Place
}

// invoice gathers the rows of one invoice number.
type invoice struct {
	no, customer string
	at           time.Time
	rows         []webRow
	moved        bool
}

// webRow is one row of the data set.
type webRow struct {
	sku, description string
	qty              int32
	price            string
	// unit is price rounded to fen, total the line's amount rounded half up.
	unit, total retail.Money
}

// OnlineRetail replays the Online Retail data set.
func OnlineRetail(ctx context.Context, cfg Config) (*Report, error) {
	cfg = cfg.withDefaults()
	cfg.Progress(Progress{Phase: "read"})
	plan, err := ReadOnlineRetail(cfg)
	if err != nil {
		return nil, err
	}
	return push(ctx, cfg, plan)
}

// ReadOnlineRetail reads and checks the data set without sending anything. Each row's amount is
// Quantity × UnitPrice rounded half up. Its times carry no zone and are read as those of London.
func ReadOnlineRetail(cfg Config) (*Plan, error) {
	cfg = cfg.withDefaults()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("cannot load the time zone of %s: %w", onlineRetail, err)
	}
	w := &web{cfg: cfg, plan: &Plan{DataSet: onlineRetail}, zone: zone,
		bad:      badLines{limit: cfg.MaxBadLines},
		invoices: map[string]*invoice{}, names: map[string]string{},
		prices: map[string]retail.Money{}, members: map[string]bool{}, places: newPlaces()}
	if err := w.read(); err != nil {
		return nil, err
	}
	return w.finish()
}

func newPlaces() places {
	return places{
		refunded: Place{What: "rows of cancellations (invoice C…)",
			To: "refunds without a receipt, external_ref is the invoice; goods go back to stock"},
		service: Place{What: "of these, rows of services such as postage, discount or fees",
			To: "refund lines like the others; their units mean nothing"},
		badDebt: Place{What: "bad debt (invoice A…, negative price)", To: "write-off lines"},
		undone: Place{What: "bad debt (invoice A…, positive price)",
			To: "adjustment lines, which the write-offs take back"},
		writtenOff: Place{What: "negative rows on ordinary invoices, all at price 0",
			To: "stock write-off lines with no money, the description is the reason"},
		found: Place{What: "anonymous invoices whose rows are all positive at price 0",
			To: "adjustment lines of 0.00, and a stock correction: goods were found, not sold"},
		free: Place{What: "other positive rows at price 0", To: "sale lines of 0.00: free goods"},
		finePrices: Place{What: "prices of more than two places",
			To: "rounded half up once per line"},
		moved: Place{What: "invoices whose rows straddle a minute", To: "dated by their first row"},
	}
}

var webColumns = []string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate",
	"UnitPrice", "CustomerID", "Country"}

func (w *web) read() error {
	t, err := openTable(w.cfg.Dir, "online_retail", webColumns...)
	if err != nil {
		return err
	}
	return eachRow(t, w.cfg.MaxRows, &w.bad, func(row []string) error { return w.add(t, row) })
}

func (w *web) add(t *table, row []string) error {
	for i := range 2 {
		if err := code(t, t.columns[i], row[i]); err != nil {
			return err
		}
	}
	r, err := readWebRow(t, row)
	if err != nil {
		return err
	}
	at, err := instant(t, "InvoiceDate", row[4], "2006-01-02T15:04:05", w.zone)
	if err != nil {
		return err
	}
	inv := w.invoices[row[0]]
	if inv == nil {
		inv = &invoice{no: row[0], customer: row[6], at: at}
		w.invoices[inv.no] = inv
		w.order = append(w.order, inv)
	}
	if inv.customer != row[6] {
		return t.bad("CustomerID", row[6], "invoice "+inv.no+" is of "+cmp.Or(inv.customer, "nobody"))
	}
	if !at.Equal(inv.at) {
		inv.moved = true
		inv.at = earlier(at, inv.at)
	}
	inv.rows = append(inv.rows, r)
	w.describe(r)
	w.plan.Report.Rows++
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// readWebRow reads the goods and the money of a row and refuses what has no place in the sums.
func readWebRow(t *table, row []string) (webRow, error) {
	r := webRow{sku: skuPrefix + row[1], description: strings.TrimSpace(row[2]), price: row[5]}
	var err error
	if r.qty, err = quantity(t, "Quantity", row[3]); err != nil {
		return r, err
	}
	if r.unit, err = retail.ParseMoney(r.price); err != nil {
		return r, t.bad("UnitPrice", r.price, "not an amount: "+reason(err))
	}
	if r.total, err = retail.MulPrice(r.price, int64(r.qty)); err != nil {
		return r, t.bad("UnitPrice", r.price, reason(err))
	}
	cancels, adjusts := strings.HasPrefix(row[0], "C"), strings.HasPrefix(row[0], "A")
	switch {
	case r.qty == 0:
		return r, t.bad("Quantity", row[3], "nothing moved")
	case cancels && (r.qty > 0 || r.total > 0):
		return r, t.bad("Quantity", row[3], "positive on a cancellation")
	case !adjusts && r.unit < 0:
		return r, t.bad("UnitPrice", r.price, "negative on an invoice that adjusts no debt")
	case !adjusts && !cancels && r.qty < 0 && r.total != 0:
		return r, t.bad("Quantity", row[3], "negative at a price on an invoice that cancels nothing")
	}
	return r, nil
}

// describe keeps the first description and the last price of each product.
func (w *web) describe(r webRow) {
	name, known := w.names[r.sku]
	if !known {
		w.skus = append(w.skus, r.sku)
	}
	if name == "" && r.unit != 0 || !known {
		name = r.description
	}
	w.names[r.sku] = name
	if r.unit > 0 && r.qty > 0 {
		w.prices[r.sku] = r.unit
	}
	if fraction := r.price[strings.IndexByte(r.price, '.')+1:]; len(fraction) > 2 &&
		len(fraction) < len(r.price) {
		w.finePrices.add(r.total, int64(r.qty))
	}
}

func (w *web) finish() (*Plan, error) {
	p, r := w.plan, &w.plan.Report
	if len(w.order) == 0 {
		return nil, fmt.Errorf("cannot replay %s: no usable row in %s", onlineRetail, w.cfg.Dir)
	}
	w.catalogue()
	for _, inv := range w.order {
		w.document(inv)
	}
	sortDocuments(p.Documents)
	r.DataSet, r.Stores, r.Products = onlineRetail, 1, len(p.Products)
	r.ProductsSold, r.Members = len(p.Products), len(p.Members)
	r.First, r.Last = p.Documents[0].At, p.Documents[len(p.Documents)-1].At
	opening := Place{What: "stock, which the data set does not have", To: openingReason}
	for _, m := range w.shelf.opening(r.First.Add(-time.Minute)) {
		opening.add(0, int64(m.Qty))
		p.Stock = append(p.Stock, m)
	}
	r.Places = []Place{w.refunded, w.service, w.badDebt, w.undone, w.writtenOff, w.found, w.free,
		w.finePrices, w.moved, opening,
		{What: "the shop, which the data set does not name", To: "store WEB, made up and labelled " +
			"simulated; its orders are real"},
		{What: "stock codes", To: "SKU codes with " + skuPrefix + " before them"}}
	r.Bad = w.bad.list
	return p, nil
}

func (w *web) catalogue() {
	p := w.plan
	p.Regions = []wire.Region{{Code: onlineRetail, Name: "Online Retail", NameEN: "Online Retail"}}
	p.Stores = []wire.Store{{Code: webStore, Name: "Web shop (synthesised)",
		NameEN: "Web shop (synthesised)", Region: onlineRetail, TimeZone: "Europe/London",
		Simulated: true}}
	p.Categories = []wire.Category{
		{Code: onlineRetail + "-goods", Name: "Online Retail goods", NameEN: "Online Retail goods"},
		{Code: onlineRetail + "-services", Name: "Online Retail services",
			NameEN: "Online Retail services"}}
	for _, sku := range w.skus {
		name := shorten(cmp.Or(w.names[sku], sku), wire.MaxName)
		category := onlineRetail + "-goods"
		if isService(sku) {
			category = onlineRetail + "-services"
		}
		p.Products = append(p.Products, wire.Product{Code: sku, Name: name, NameEN: name,
			Category: category, Price: w.prices[sku]})
	}
}

// isService reports whether a stock code is postage, a fee, a discount and the like. Codes of goods
// begin with a digit, DCGS or gift.
func isService(sku string) bool {
	c := strings.TrimPrefix(sku, skuPrefix)
	return c[0] > '9' && !strings.HasPrefix(c, "DCGS") && !strings.HasPrefix(c, "gift") &&
		c != "PADS"
}
