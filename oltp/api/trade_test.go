package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestOneOrderFromCartToRefund walks an order through its whole life.
func TestOneOrderFromCartToRefund(t *testing.T) {
	h := build(t)
	ctx := t.Context()
	stock := func(onHand, reserved int32) {
		t.Helper()
		l, err := h.hq.Stock(ctx, "A", "1")
		if err != nil || l.OnHand != onHand || l.Reserved != reserved || l.Available != onHand-reserved {
			t.Errorf("got %+v, %v, want %d on hand, %d reserved", l, err, onHand, reserved)
		}
	}
	order := &wire.Order{Store: "A", Member: "M1", Channel: "mini_program", Fulfilment: "express",
		ExternalRef: "wx-1", Lines: []wire.OrderLine{{SKU: "1", Qty: 3, Discount: 150, CouponDiscount: 100},
			{SKU: "2", Qty: 1, Gross: wire.Of(250)}}}
	placed, err := h.hq.PlaceOrder(ctx, "cart-1", order)
	if err != nil || placed.State != "pending_payment" || placed.Gross != 4000 || placed.Net != 3850 {
		t.Fatalf("got %+v, %v", placed, err)
	}
	stock(100, 3)
	again, err := h.hq.PlaceOrder(ctx, "cart-1", order)
	if err != nil || again.ID != placed.ID || !again.Replayed {
		t.Fatalf("the repetition got %+v, %v", again, err)
	}
	stock(100, 3)
	id := placed.ID
	state := func(want string) func(*wire.Placed, error) {
		t.Helper()
		return func(p *wire.Placed, err error) {
			t.Helper()
			if err != nil || p.State != want || p.ID != id {
				t.Fatalf("got %+v, %v, want state %s", p, err, want)
			}
		}
	}
	state("paid")(h.hq.Pay(ctx, id, wire.Payment{Method: "wechat"}))
	state("paid")(h.hq.Pay(ctx, id, wire.Payment{Method: "wechat"}))
	state("picking")(h.hq.Pick(ctx, id, wire.Progress{}))
	if _, err := h.hq.Cancel(ctx, id, wire.Cancellation{Reason: "late"}); refused(err) != 409 {
		t.Errorf("an order is cancelled while it is picked: %v", err)
	}
	if _, err := h.hq.MakeReady(ctx, id, wire.Progress{}); refused(err) != 409 {
		t.Errorf("an express order waits for its customer: %v", err)
	}
	stock(100, 3)
	state("shipped")(h.hq.Ship(ctx, id, wire.Progress{}))
	stock(97, 0)
	state("delivering")(h.hq.Deliver(ctx, id, wire.Progress{}))
	state("completed")(h.hq.Complete(ctx, id, wire.Progress{}))

	back, err := h.hq.Refund(ctx, "back-1", &wire.Refund{Order: id, Restock: true, Reason: "damaged",
		Lines: []wire.RefundLine{{Line: 1, Qty: 1}}})
	if err != nil || back.Net != 1200 || back.State != "completed" {
		t.Fatalf("got %+v, %v, want a third of 36.00", back, err)
	}
	stock(98, 0)
	view, err := h.hq.Order(ctx, id)
	if err != nil || view.Store != "A" || view.Member != "M1" || view.Fulfilment != "express" ||
		view.PaidAt.IsZero() || len(view.Lines) != 2 || view.Lines[0].RefundedQty != 1 ||
		view.Lines[0].RefundedNet != 1200 || view.Lines[1].SKU != "2" || view.Lines[0].Net != 3600 {
		t.Fatalf("got %+v, %v", view, err)
	}
	rest := h.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/orders/%d/refund", id), `{}`)
	var all wire.Placed
	if rest.into(t, &all); all.Net != 3850-1200 || all.State != "refunded" || rest.status != 201 {
		t.Fatalf("got %d %s", rest.status, rest.text)
	}
}

func refused(err error) int {
	if p, ok := client.Refused(err); ok {
		return p.Status
	}
	return 0
}

// TestTillSale sells at once at the catalogue's price, on a day of the past.
func TestTillSale(t *testing.T) {
	h := build(t)
	a := h.ask(t, staff.StoreManager, "POST", "/v1/orders", `{"store":"A","paid":true,
		"placed_at":"2017-01-01T12:30:27Z","payment_method":"cash","lines":[{"sku":"1","qty":2}]}`)
	var placed wire.Placed
	if a.into(t, &placed); a.status != 201 || placed.State != "completed" || placed.Net != 2500 {
		t.Fatalf("got %d %s", a.status, a.text)
	}
	view, err := h.hq.Order(t.Context(), placed.ID)
	if at := time.Date(2017, 1, 1, 12, 30, 27, 0, time.UTC); err != nil || !view.PlacedAt.Equal(at) ||
		view.Lines[0].UnitPrice != 1250 || view.Channel != "till" {
		t.Fatalf("got %+v, %v", view, err)
	}
}

// TestKeyWithAnotherBody refuses what would otherwise be lost silently.
func TestKeyWithAnotherBody(t *testing.T) {
	h := build(t)
	const one, two = `{"store":"A","lines":[{"sku":"1","qty":1}]}`, `{"store":"A","lines":[{"sku":"1","qty":2}]}`
	send := func(role staff.Role, body string, status int) answer {
		t.Helper()
		a := h.ask(t, role, "POST", "/v1/orders", body, "Idempotency-Key", "k")
		if a.status != status {
			t.Errorf("got %d %s, want %d", a.status, a.text, status)
		}
		return a
	}
	send(staff.HQAdmin, one, 201)
	send(staff.HQAdmin, one, 200)
	if a := send(staff.HQAdmin, two, 409); !a.says("", "used before") {
		t.Errorf("got %s", a.text)
	}
	send(staff.StoreManager, two, 201) // another principal's key is another key
}

func TestWithoutReceiptAndWriteOffs(t *testing.T) {
	h := build(t)
	ctx := t.Context()
	rows, err := h.hq.Refunds(ctx, []wire.RefundRow{
		{Key: "r1", Refund: wire.Refund{Store: "A", Restock: true, Lines: []wire.RefundLine{
			{SKU: "1", Qty: 2, Gross: wire.Of(2000)}}}},
		{Key: "r2", Refund: wire.Refund{Store: "A", Lines: []wire.RefundLine{{SKU: "1", Qty: 1}}}}})
	if err != nil || rows[0].Status != 201 || rows[0].Order.Net != 2000 || rows[1].Status != 422 {
		t.Fatalf("got %+v, %v", rows, err)
	}
	placed, err := h.hq.PlaceOrder(ctx, "w", &wire.Order{Store: "A", Paid: true, Lines: []wire.OrderLine{
		{SKU: "1", Kind: "adjustment", Gross: wire.Of(-75), Reason: "rounding"},
		{SKU: "1", Qty: -4, Kind: "stock_write_off", Reason: "broken"},
		{SKU: "2", Kind: "write_off", Gross: wire.Of(-1000), Reason: "bad debt"}}})
	if err != nil || placed.Net != -1075 {
		t.Fatalf("got %+v, %v", placed, err)
	}
	if l, err := h.hq.Stock(ctx, "A", "1"); err != nil || l.OnHand != 98 {
		t.Fatalf("got %+v, %v, want 100 + 2 - 4", l, err)
	}
}

func TestStockMoves(t *testing.T) {
	h := build(t)
	rows, err := h.hq.MoveStock(t.Context(), []wire.StockMove{
		{Key: "m1", Store: "A", SKU: "1", Kind: "receive", Qty: 20},
		{Key: "m2", Store: "A", SKU: "1", Kind: "adjust", Qty: -5, Reason: "count"},
		{Key: "m3", Store: "A", SKU: "1", Kind: "write_off", Qty: -500},
		{Key: "m4", Store: "A", SKU: "1", Kind: "receive", Qty: -1},
		{Key: "m5", Store: "Z", SKU: "1", Kind: "receive", Qty: 1},
		{Key: "m1", Store: "A", SKU: "1", Kind: "receive", Qty: 20}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{200, 200, 409, 422, 422, 200} {
		if rows[i].Status != want || (want == 200) != (rows[i].Level != nil) {
			t.Errorf("row %d: got %+v, want %d", i, rows[i], want)
		}
	}
	if l := rows[1].Level; l == nil || l.OnHand != 115 || l.Store != "A" || l.SKU != "1" {
		t.Errorf("got %+v, want 115 on hand", l)
	}
	if !rows[5].Replayed {
		t.Errorf("the repeated move is not marked: %+v", rows[5])
	}
}

func TestListsComeInPages(t *testing.T) {
	h := build(t)
	var codes []string
	for next, page := "", (wire.Page[wire.Store]{}); ; next = page.Next {
		page = wire.Page[wire.Store]{}
		h.ask(t, staff.HQAnalyst, "GET", "/v1/stores?limit=2&cursor="+next, "").into(t, &page)
		for _, s := range page.Items {
			codes = append(codes, s.Code)
		}
		if page.Next == "" {
			break
		}
	}
	if fmt.Sprint(codes) != "[A B C]" {
		t.Errorf("got %v", codes)
	}
	var products wire.Page[wire.Product]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/products", "").into(t, &products)
	if len(products.Items) != 3 || products.Items[0].Price != 1250 || products.Items[0].Cost != 910 {
		t.Errorf("got %+v", products.Items)
	}
	var shelf wire.Page[wire.Product]
	h.ask(t, staff.StoreManager, "GET", "/v1/products", "").into(t, &shelf)
	if shelf.Items[0].Cost != 0 {
		t.Error("a store sees what the chain pays")
	}
	var members wire.Page[wire.Member]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/members", "").into(t, &members)
	if len(members.Items) != 1 || members.Items[0].Origin != "A" || members.Items[0].Phone != "" {
		t.Errorf("got %+v", members.Items)
	}
	for _, path := range []string{"/v1/regions", "/v1/categories"} {
		if a := h.ask(t, staff.StoreManager, "GET", path, ""); a.status != 200 {
			t.Errorf("%s: got %d %s", path, a.status, a.text)
		}
	}
}

func TestCatalogueRowsFailAlone(t *testing.T) {
	h := build(t)
	rows, err := h.hq.PutStores(t.Context(), []wire.Store{{Code: "A", Region: "east", City: "上海"},
		{Code: "D", Region: "north"}, {Code: "E", Region: "west", TimeZone: "Mars/Base"},
		{Code: "B", Region: "east"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"unchanged", "refused", "refused", "updated"} {
		if rows[i].Outcome != want || (want == "refused") != (rows[i].Problem != nil) {
			t.Errorf("row %d: got %+v, want %s", i, rows[i], want)
		}
	}
	if f := rows[1].Problem.Errors[0]; f.Location != "body.stores[1].region" {
		t.Errorf("got %+v", f)
	}
	bad := h.ask(t, staff.HQAdmin, "PUT", "/v1/products", `{"products":[{"code":"1","category":"dairy",
		"price":-1},{"code":"3","category":"dairy","price":1.234}]}`)
	var out wire.MergedRows
	if bad.into(t, &out); out.Failed != 2 || out.Results[1].Code != "3" {
		t.Errorf("got %s", bad.text)
	}
}

func TestLogin(t *testing.T) {
	h := build(t)
	c := &client.Client{BaseURL: h.URL, Attempts: 1}
	s, err := c.Login(t.Context(), "west", "west")
	if err != nil || s.Role != "region-manager" || fmt.Sprint(s.Stores) != "[B C]" ||
		fmt.Sprint(s.Regions) != "[west]" || time.Until(s.Expires) > 15*time.Minute || s.Refresh == "" ||
		time.Until(s.RefreshExpires) < time.Hour {
		t.Fatalf("got %+v, %v", s, err)
	}
	if _, err := c.PlaceOrder(t.Context(), "w", &wire.Order{Store: "B", Lines: []wire.OrderLine{
		{SKU: "1", Qty: 1}}}); err != nil {
		t.Fatal(err)
	}
	a := h.ask(t, "", "POST", "/v1/login", `{"user":"hq","password":"hq"}`)
	cookie := a.header.Get("Set-Cookie")
	var who wire.Who
	h.ask(t, "", "GET", "/v1/session", "", "Cookie", cookie).into(t, &who)
	if who.User != "hq" || who.Role != "hq-admin" || who.Stores != nil {
		t.Errorf("got %+v by cookie %s", who, cookie)
	}
	if a := h.ask(t, "", "POST", "/v1/login", `{"user":"hq","password":"no"}`); a.status != 401 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if a := h.ask(t, "", "POST", "/v1/logout", ""); a.status != 204 {
		t.Errorf("got %d %s", a.status, a.text)
	}
}
