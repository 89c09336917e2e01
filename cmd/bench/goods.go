package bench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/rowwise"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// The chain that is measured, and what lies on each shelf: more than any run can sell.
const (
	storeCount    = 500
	skuCount      = 2_000
	categoryCount = 20
	shelfQty      = 1_000_000_000
	// logSegments are as many as the local server may keep, 64 MiB each: the slot of the relay that
	// stands still lets none of them be used again during a run.
	logSegments = 64
)

// goods are the stores and SKUs of the chain by their place.
type goods struct {
	storeCodes, skuCodes []string
	stores               []retail.StoreID
	skus                 []retail.SKUID
}

// stock puts stores and SKUs in through the write API and fills the shelves. It does so once.
func (r *run) stock(ctx context.Context) error {
	if r.goods != nil {
		return nil
	}
	r.step("opening %d stores and putting %d SKUs on every shelf", storeCount, skuCount)
	g := &goods{}
	if err := g.put(ctx, &client.Client{BaseURL: r.at.Orders, Token: r.token}); err != nil {
		return fmt.Errorf("cannot put stores and goods: %w", err)
	}
	if err := g.find(ctx, r.at.Postgres); err != nil {
		return fmt.Errorf("cannot read stores and goods: %w", err)
	}
	filler, err := rowwise.Open(ctx, r.at.Postgres, 1)
	if err != nil {
		return err
	}
	defer filler.Close()
	r.goods = g
	if err := filler.Fill(ctx, shelfQty); err != nil {
		return err
	}
	return filler.FillLog(ctx, logSegments)
}

func (g *goods) put(ctx context.Context, c *client.Client) error {
	if _, err := c.PutRegions(ctx, []wire.Region{{Code: "R1"}}); err != nil {
		return err
	}
	categories := make([]wire.Category, categoryCount)
	for i := range categories {
		categories[i].Code = fmt.Sprintf("C%02d", i)
	}
	if _, err := c.PutCategories(ctx, categories); err != nil {
		return err
	}
	stores := make([]wire.Store, storeCount)
	for i := range stores {
		stores[i] = wire.Store{Code: fmt.Sprintf("S%03d", i), Region: "R1", Simulated: true}
		g.storeCodes = append(g.storeCodes, stores[i].Code)
	}
	if _, err := c.PutStores(ctx, stores); err != nil {
		return err
	}
	products := make([]wire.Product, skuCount)
	for i := range products {
		products[i] = wire.Product{Code: fmt.Sprintf("K%04d", i), Price: 1_000, Cost: 600,
			Category: categories[i%categoryCount].Code, Simulated: true}
		g.skuCodes = append(g.skuCodes, products[i].Code)
	}
	_, err := c.PutProducts(ctx, products)
	return err
}

func (g *goods) find(ctx context.Context, dsn string) error {
	db, err := postgres.Open(ctx, postgres.Config{DSN: dsn, Connections: 1, Writers: 1,
		Application: "tillstream-bench"})
	if err != nil {
		return err
	}
	defer db.Close()
	stores, err := db.Catalogue().Stores(ctx, retail.HQScope(), "", storeCount)
	if err != nil {
		return err
	}
	products, err := db.Catalogue().Products(ctx, catalogue.Filter{}, "", skuCount)
	if err != nil {
		return err
	}
	if len(stores) != storeCount || len(products) != skuCount {
		return fmt.Errorf("the chain has %d stores and %d SKUs, want %d and %d: some were refused",
			len(stores), len(products), storeCount, skuCount)
	}
	for i := range stores {
		g.stores = append(g.stores, stores[i].ID)
	}
	for i := range products {
		g.skus = append(g.skus, products[i].ID)
	}
	return nil
}

// basket draws orders: any store, one to four lines, and goods of which some sell more than others. A
// hot one sells one SKU at one store, again and again.
type basket struct {
	*goods
	rng *rand.Rand
	pop *rand.Zipf
	hot bool
}

// draw makes a basket with a seed of its own.
func (g *goods) draw(seed uint64, hot bool) *basket {
	rng := rand.New(rand.NewPCG(seed, 4711))
	return &basket{goods: g, rng: rng, pop: rand.NewZipf(rng, 1.05, 20, skuCount-1), hot: hot}
}

func (b *basket) places() (store int, skus []int) {
	if b.hot {
		return 0, []int{0}
	}
	skus = make([]int, 1+b.rng.IntN(4))
	for i := range skus {
		skus[i] = int(b.pop.Uint64())
	}
	return b.rng.IntN(storeCount), skus
}

// request is a paid till order for the intake.
func (b *basket) request() order.Request {
	store, skus := b.places()
	r := order.Request{Store: b.stores[store], Paid: true, PaymentMethod: "cash", Simulated: true,
		Key: order.RandomKey(), Lines: make([]order.Line, len(skus))}
	for i, sku := range skus {
		r.Lines[i] = order.Line{SKU: b.skus[sku], Qty: 1, UnitPrice: 1_000, Gross: 1_000}
	}
	return r
}

// body is the same for the write API.
func (b *basket) body() wire.Order {
	store, skus := b.places()
	o := wire.Order{Store: b.storeCodes[store], Paid: true, PaymentMethod: "cash", Simulated: true,
		Lines: make([]wire.OrderLine, len(skus))}
	for i, sku := range skus {
		o.Lines[i] = wire.OrderLine{SKU: b.skuCodes[sku], Qty: 1}
	}
	return o
}

// directory is the intake's view of stores and goods, as the order service has it.
func directory(db *postgres.DB) *catalogue.Directory {
	rows := db.Catalogue()
	return catalogue.Open(catalogue.DirectoryConfig{Source: rows, Editor: rows})
}
