package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// now is the clock of the tests' shop.
var now = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

// shop is a small chain on a real database: stores S1…, SKUs K1… at 10.00 that cost 6.00.
type shop struct {
	*order.Writers
	t      testing.TB
	dsn    string
	db     *postgres.DB
	book   *postgres.Orders
	dir    *catalogue.Directory
	stores []retail.StoreID
	skus   []retail.SKUID
}

func pgStart(t testing.TB) string {
	t.Helper()
	return pgtest.Start(t)
}

func openShop(t testing.TB, stores, skus int) *shop {
	t.Helper()
	return openShopAt(t, pgtest.Start(t), stores, skus, order.Config{})
}

func openShopAt(t testing.TB, dsn string, stores, skus int, cfg order.Config) *shop {
	t.Helper()
	s := &shop{t: t, dsn: dsn}
	var err error
	s.db, err = postgres.Open(t.Context(), postgres.Config{DSN: dsn, IdentityKey: []byte("key")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.db.Close)
	s.dir = catalogue.Open(catalogue.DirectoryConfig{Source: s.db.Catalogue(), Editor: s.db.Catalogue(),
		Shelves: s.db.Catalogue()})
	t.Cleanup(s.dir.Close)
	s.furnish(stores, skus)
	s.book = s.db.Orders()
	cfg.Book, cfg.Catalogue = s.book, s.dir
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return now }
	}
	s.Writers = order.Open(cfg)
	t.Cleanup(s.Writers.Close)
	return s
}

func (s *shop) furnish(stores, skus int) {
	s.t.Helper()
	ctx := s.t.Context()
	mustPut(s.t)(s.dir.PutRegions(ctx, []retail.Region{{Code: "east", Name: "华东", NameEN: "East"}}))
	mustPut(s.t)(s.dir.PutCategories(ctx, []retail.Category{{Code: "tea", Name: "茶", NameEN: "Tea"}}))
	rows := make([]retail.Store, stores)
	for i := range rows {
		rows[i] = retail.Store{Code: fmt.Sprint("S", i+1), Region: retail.Region{Code: "east"}, Active: true}
	}
	for _, r := range mustPut(s.t)(s.dir.PutStores(ctx, rows)) {
		s.stores = append(s.stores, retail.StoreID(r.ID))
	}
	goods := make([]retail.SKU, skus)
	for i := range goods {
		goods[i] = retail.SKU{Code: fmt.Sprint("K", i+1), Category: retail.Category{Code: "tea"},
			Price: 1000, Cost: 600, Active: true}
	}
	for _, r := range mustPut(s.t)(s.dir.PutProducts(ctx, goods)) {
		s.skus = append(s.skus, retail.SKUID(r.ID))
	}
}

func mustPut(t testing.TB) func([]catalogue.Result, error) []catalogue.Result {
	return func(results []catalogue.Result, err error) []catalogue.Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Err != nil {
				t.Fatalf("row %d: %v", i, r.Err)
			}
		}
		return results
	}
}

// receive fills shelves.
func (s *shop) receive(store, sku, qty int) {
	s.t.Helper()
	r := s.Move(s.t.Context(), []stock.Move{{
		StockKey: s.key(store, sku), Kind: retail.Receive, Qty: int32(qty),
	}})
	if r[0].Err != nil {
		s.t.Fatal(r[0].Err)
	}
}

func (s *shop) key(store, sku int) retail.StockKey {
	return retail.StockKey{Store: s.stores[store], SKU: s.skus[sku]}
}

// sale is a paid till order of one line.
func (s *shop) sale(store, sku, qty int) order.Request {
	return order.Request{Store: s.stores[store], Paid: true, PaymentMethod: "cash",
		Lines: []order.Line{s.line(sku, qty)}}
}

func (s *shop) line(sku, qty int) order.Line {
	return order.Line{SKU: s.skus[sku], Qty: int32(qty), UnitPrice: 1000,
		Gross: 1000 * retail.Money(qty)}
}

func (s *shop) place(r order.Request) order.Result {
	s.t.Helper()
	return s.Place(s.t.Context(), []order.Request{r})[0]
}

// placed places an order that must be accepted.
func (s *shop) placed(r order.Request) order.Result {
	s.t.Helper()
	result := s.place(r)
	if result.Err != nil {
		s.t.Fatalf("order refused: %v", result.Err)
	}
	return result
}

func (s *shop) wantLevel(store, sku int, onHand, reserved int32) {
	s.t.Helper()
	l, err := s.db.Stock().Level(s.t.Context(), retail.HQScope(), s.key(store, sku))
	if err != nil || l.OnHand != onHand || l.Reserved != reserved {
		s.t.Errorf("level is %d on hand, %d reserved, %v; want %d and %d", l.OnHand, l.Reserved, err,
			onHand, reserved)
	}
}

// wantNoDrift compares every level with its ledger.
func (s *shop) wantNoDrift() {
	s.t.Helper()
	drift, err := s.db.Ledger().Drift(s.t.Context())
	if err != nil || len(drift) > 0 {
		s.t.Errorf("the ledger does not explain %d levels (%v): %+v", len(drift), err, drift)
	}
}

// ask returns one value.
func ask[T any](t testing.TB, dsn, sql string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func execute(t testing.TB, dsn, sql string) {
	t.Helper()
	if err := tryExecute(t, dsn, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func tryExecute(t testing.TB, dsn, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	return err
}
