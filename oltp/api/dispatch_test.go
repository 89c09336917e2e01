package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// city is a house whose stores A and B deliver within one city, A being nearer to the customer; a third one
// stands too far away.
type city struct{ *house }

func openCity(t *testing.T) *city {
	t.Helper()
	x := &city{build(t)}
	all := []string{"pickup", "same_city", "express"}
	merged(t, "stores")(x.hq.PutStores(t.Context(), []wire.Store{
		{Code: "A", Region: "east", Latitude: 31.230, Longitude: 121.470, Services: all},
		{Code: "B", Region: "west", Latitude: 31.245, Longitude: 121.470, Services: all},
		{Code: "D", Region: "west", Latitude: 31.400, Longitude: 121.470, Services: all}}))
	_, err := x.hq.MoveStock(t.Context(), []wire.StockMove{
		{Key: "d1", Store: "D", SKU: "1", Kind: "receive", Qty: 500}})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const there = `"destination":{"latitude":31.229,"longitude":121.470}`

// cart places an order without a store and returns the answer.
func (x *city) cart(t *testing.T, key, fields, lines string, status int) (answer, wire.PlacedCart) {
	t.Helper()
	a := x.ask(t, staff.Storefront, "POST", "/v1/orders", `{"channel":"mini_program",`+fields+
		`,"lines":[`+lines+`]}`, "Idempotency-Key", key)
	var p wire.PlacedCart
	if a.status != status {
		t.Fatalf("%s: got %d %s, want %d", key, a.status, a.text, status)
	}
	if status < 300 {
		a.into(t, &p)
	}
	return a, p
}

func (x *city) level(t *testing.T, store, sku string, onHand, reserved int32) {
	t.Helper()
	l, err := x.hq.Stock(t.Context(), store, sku)
	if err != nil || l.OnHand != onHand || l.Reserved != reserved {
		t.Errorf("%s has %+v of %s, %v, want %d and %d reserved", store, l, sku, err, onHand, reserved)
	}
}

func stores(p wire.PlacedCart) string {
	var out []string
	for _, o := range p.Orders {
		out = append(out, o.Store)
	}
	return strings.Join(out, " ")
}

// TestTheNearestStoreServes and the decision tells why.
func TestTheNearestStoreServes(t *testing.T) {
	x := openCity(t)
	const fields = `"member":"M1","fulfilment":"same_city",` + there +
		`,"recipient":{"name":"Wang Wei","phone":"13800138000","address":"Nanjing Road 1"}`
	_, p := x.cart(t, "near", fields, `{"sku":"1","qty":2},{"sku":"2","qty":1}`, 201)
	if stores(p) != "A" || p.Net != 2800 || p.State != "pending_payment" || p.Orders[0].ID != p.ID {
		t.Fatalf("got %+v", p)
	}
	x.level(t, "A", "1", 100, 2)
	_, again := x.cart(t, "near", fields, `{"sku":"1","qty":2},{"sku":"2","qty":1}`, 200)
	if again.ID != p.ID || !again.Replayed || stores(again) != "A" || again.Net != p.Net {
		t.Errorf("again: %+v", again)
	}
	x.cart(t, "near", fields, `{"sku":"1","qty":3}`, 409)
	var why wire.Routing
	path := fmt.Sprintf("/v1/orders/%d/routing", p.ID)
	x.ask(t, staff.HQAdmin, "GET", path, "").into(t, &why)
	if why.Store != "A" || why.DistanceM < 100 || why.DistanceM > 130 || len(why.Verdicts) != 3 ||
		!why.Verdicts[0].Chosen || len(why.Verdicts[2].Reasons) == 0 {
		t.Errorf("got %+v", why)
	}
	for _, secret := range []string{"Wang", "13800138000", "Nanjing", "31.229"} {
		if text := x.ask(t, staff.HQAdmin, "GET", path, "").text; strings.Contains(string(text), secret) {
			t.Errorf("the decision tells %s: %s", secret, text)
		}
	}
	x.ask(t, staff.StoreManager, "GET", path, "").into(t, &why)
	if len(why.Verdicts) != 1 {
		t.Errorf("a store's manager sees verdicts on other stores: %+v", why.Verdicts)
	}
	pickup := `"fulfilment":"pickup"`
	if _, p := x.cart(t, "pickup", pickup, `{"sku":"1","qty":1}`, 201); len(p.Orders) != 1 {
		t.Errorf("got %+v", p)
	}
}

// TestSplitOnlyWhenItMust over as few stores as possible, all of them or none.
func TestSplitOnlyWhenItMust(t *testing.T) {
	x := openCity(t)
	const fields = `"fulfilment":"same_city",` + there
	if _, p := x.cart(t, "whole", fields, `{"sku":"1","qty":100}`, 201); stores(p) != "A" {
		t.Errorf("got %+v", p)
	}
	_, p := x.cart(t, "split", fields, `{"sku":"1","qty":60},{"sku":"2","qty":70}`, 201)
	if stores(p) != "B" {
		t.Errorf("one store serves all, got %+v", p)
	}
	_, p = x.cart(t, "two", fields, `{"sku":"1","qty":40},{"sku":"2","qty":100}`, 201)
	if len(p.Orders) != 2 || p.Net != 40*1250+100*300 || p.Orders[0].Net+p.Orders[1].Net != p.Net {
		t.Fatalf("got %+v", p)
	}
	_, again := x.cart(t, "two", fields, `{"sku":"1","qty":40},{"sku":"2","qty":100}`, 200)
	if stores(again) != stores(p) || again.Net != p.Net {
		t.Errorf("again %+v, first %+v", again, p)
	}
	a, _ := x.cart(t, "none", fields, `{"sku":"1","qty":1}`, 409)
	if a.problem.Type != "/problems/unserved" || len(a.problem.Errors) == 0 {
		t.Errorf("got %s", a.text)
	}
	for _, bad := range []string{`"fulfilment":"carry_out",` + there, `"fulfilment":"same_city"`,
		`"store":"A",` + there, `"fulfilment":"same_city","destination":{"latitude":91,"longitude":0}`,
		`"fulfilment":"same_city","destination":{}`} {
		x.cart(t, "bad", bad, `{"sku":"1","qty":1}`, 422)
	}
}

// TestDeclinedOrdersMove with their money, and come back to the customer when nobody serves them.
func TestDeclinedOrdersMove(t *testing.T) {
	x := openCity(t)
	ctx := t.Context()
	_, p := x.cart(t, "d", `"member":"M1","fulfilment":"same_city",`+there, `{"sku":"1","qty":3}`, 201)
	if _, err := x.hq.Pay(ctx, p.ID, wire.Payment{Method: "wechat"}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.hq.Refund(ctx, "part", &wire.Refund{Order: p.ID,
		Lines: []wire.RefundLine{{Line: 1, Qty: 1}}}); err != nil {
		t.Fatal(err)
	}
	decline := func(id int64, status int) wire.PlacedCart {
		t.Helper()
		a := x.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/orders/%d/decline", id),
			`{"reason":"broken"}`)
		var p wire.PlacedCart
		if a.status != status {
			t.Fatalf("got %d %s, want %d", a.status, a.text, status)
		}
		if status == 200 {
			a.into(t, &p)
		}
		return p
	}
	next := decline(p.ID, 200)
	if next.ID == p.ID || next.State != "paid" || next.Net != 2500 {
		t.Fatalf("got %+v", next)
	}
	x.level(t, "A", "1", 100, 0)
	x.level(t, "B", "1", 100, 2)
	if again := decline(p.ID, 200); again.ID != next.ID || !again.Replayed {
		t.Errorf("again: %+v", again)
	}
	line, err := x.hq.Timeline(ctx, p.ID)
	if err != nil || line.State != "cancelled" {
		t.Fatalf("got %+v, %v", line, err)
	}
	var steps []string
	for _, s := range line.Steps {
		steps = append(steps, s.Step)
	}
	want := "placed paid partly_refunded declined moved cancelled refunded"
	if got := strings.Join(steps, " "); got != want {
		t.Errorf("the first order went %s", got)
	}
	last := decline(next.ID, 200) // nobody else delivers there
	if last.ID != next.ID || last.State != "cancelled" {
		t.Errorf("got %+v", last)
	}
	x.level(t, "B", "1", 100, 0)
	totals, err := x.db.Ledger().Totals(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range totals {
		if day.Net != day.RefundNet {
			t.Errorf("store %d sold %v and took back %v", day.Store, day.Net, day.RefundNet)
		}
	}
	if drift, err := x.db.Ledger().Drift(ctx); err != nil || len(drift) > 0 {
		t.Errorf("stock drifted from its ledger: %v %v", drift, err)
	}
	named, err := x.hq.PlaceOrder(ctx, "n", &wire.Order{Store: "A", Channel: "mini_program",
		Fulfilment: "pickup", Paid: true, Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := decline(named.ID, 200); got.State != "cancelled" {
		t.Errorf("an order whose customer chose the store: %+v", got)
	}
	if _, err := x.hq.Complete(ctx, x.till(t), wire.Progress{}); err != nil {
		t.Fatal(err)
	}
}

// till sells something and returns its number.
func (x *city) till(t *testing.T) int64 {
	t.Helper()
	p, err := x.hq.PlaceOrder(t.Context(), "till", &wire.Order{Store: "A", Paid: true,
		Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// TestManyWantTheLastPieces at once: every piece is sold, none twice.
func TestManyWantTheLastPieces(t *testing.T) {
	x := openCity(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	placed, unserved := 0, 0
	for i := range 50 {
		group.Go(func() {
			a := x.ask(t, staff.Storefront, "POST", "/v1/orders", `{"fulfilment":"same_city",`+there+
				`,"lines":[{"sku":"1","qty":5}]}`, "Idempotency-Key", fmt.Sprint("many", i))
			mu.Lock()
			defer mu.Unlock()
			switch a.status {
			case 201:
				placed++
			case 409:
				unserved++
			default:
				t.Errorf("got %d %s", a.status, a.text)
			}
		})
	}
	group.Wait()
	if placed != 40 || unserved != 10 {
		t.Errorf("%d placed, %d refused, want 40 and 10: stores A and B have 200 pieces", placed, unserved)
	}
	x.level(t, "A", "1", 100, 100)
	x.level(t, "B", "1", 100, 100)
}

// TestTheServingStoreSetsThePrice unless the caller named one, or the money was taken already.
func TestTheServingStoreSetsThePrice(t *testing.T) {
	x := openCity(t)
	if a := x.ask(t, staff.HQAdmin, "PUT", "/v1/listings", `{"listings":[
		{"store":"A","sku":"1","price":9.90},{"store":"B","sku":"1","price":20.00}]}`); a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.text)
	}
	const fields = `"fulfilment":"same_city",` + there
	_, p := x.cart(t, "own", fields, `{"sku":"1","qty":2},{"sku":"2","qty":1}`, 201)
	if stores(p) != "A" || p.Net != 2*990+300 {
		t.Errorf("got %+v", p)
	}
	if _, again := x.cart(t, "own", fields, `{"sku":"1","qty":2},{"sku":"2","qty":1}`, 200); again.ID !=
		p.ID || again.Net != p.Net {
		t.Errorf("again: %+v", again)
	}
	v, err := x.hq.Order(t.Context(), p.ID)
	if err != nil || v.Lines[0].UnitPrice != 990 || v.Lines[0].Gross != 1980 {
		t.Errorf("got %+v, %v", v, err)
	}
	a := x.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/orders/%d/decline", p.ID), `{"reason":"broken"}`)
	var next wire.PlacedCart
	if a.into(t, &next); next.Net != p.Net {
		t.Errorf("moving to B changes the price: %+v", next)
	}
	if _, p := x.cart(t, "named", fields, `{"sku":"1","qty":2,"unit_price":12.50}`, 201); p.Net != 2500 {
		t.Errorf("a named price: %+v", p)
	}
	if _, p := x.cart(t, "paid", `"paid":true,`+fields, `{"sku":"1","qty":2}`, 201); p.Net != 2500 {
		t.Errorf("a price that was paid: %+v", p)
	}
	_, p = x.cart(t, "two", fields, `{"sku":"1","qty":150}`, 201)
	if len(p.Orders) != 2 || p.Net != p.Orders[0].Net+p.Orders[1].Net ||
		p.Orders[0].Net%990 != 0 || p.Orders[1].Net%2000 != 0 {
		t.Errorf("each store asks its own price: %+v", p)
	}
}
