package api_test

import (
	"net/http"
	"testing"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// as is a client of the house with a role's token.
func (h *house) as(role staff.Role) *client.Client {
	return &client.Client{BaseURL: h.URL, Token: h.tokens[role], HTTP: h.Client(), Attempts: 1}
}

// must returns a test's answer, or ends it.
func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestClientOfTheMiniProgram registers a member, prices and places a cart without a store, and pays it.
func TestClientOfTheMiniProgram(t *testing.T) {
	x := openCashier(t)
	all := []string{"pickup", "same_city", "express"}
	merged(t, "stores")(x.hq.PutStores(t.Context(), []wire.Store{
		{Code: "A", Region: "east", Latitude: 31.230, Longitude: 121.470, Services: all},
		{Code: "B", Region: "west", Latitude: 31.245, Longitude: 121.470, Services: all}}))
	app, ctx := x.as(staff.Storefront), t.Context()

	m := must[*wire.MemberView](t)(app.RegisterMember(ctx, &wire.Registration{UnionID: "u-1", Code: "M/1",
		Origin: "A", Person: wire.Person{Name: "王伟", Phone: "13900000001"}}))
	if again := must[*wire.MemberView](t)(app.RegisterMember(ctx, &wire.Registration{UnionID: "u-1",
		Origin: "A"})); !again.Replayed || again.Code != m.Code {
		t.Errorf("got %+v, want %s again", again, m.Code)
	}
	decided := &wire.NewConsent{Purpose: "marketing", Granted: true, Version: "m1", Channel: "mini_program"}
	must[*wire.ConsentTaken](t)(app.Consent(ctx, "c1", m.Code, decided))
	if taken := must[*wire.ConsentTaken](t)(app.Consent(ctx, "c1", m.Code, decided)); !taken.Replayed {
		t.Error("a consent is recorded twice")
	}

	cart := &wire.Cart{Order: wire.Order{Member: m.Code, Channel: "mini_program", Fulfilment: "same_city",
		Lines: []wire.OrderLine{{SKU: "1", Qty: 2}}},
		Destination: &wire.Destination{Latitude: 31.246, Longitude: 121.470},
		Recipient:   &wire.Recipient{Name: "王伟", Phone: "13900000001", Address: "南京西路 1 号"}}
	placed := must[*wire.PlacedCart](t)(app.PlaceCart(ctx, "cart-1", cart))
	if len(placed.Orders) != 1 || placed.Orders[0].Store != "B" || placed.Net != 2500 {
		t.Fatalf("got %+v, want B, which is nearer", placed)
	}
	if again := must[*wire.PlacedCart](t)(app.PlaceCart(ctx, "cart-1", cart)); again.ID != placed.ID ||
		!again.Replayed {
		t.Errorf("got %+v, want %d again", again, placed.ID)
	}
	why := must[*wire.Routing](t)(x.hq.Routing(ctx, placed.ID))
	if why.Store != "B" || len(why.Verdicts) < 2 || why.DistanceM == 0 {
		t.Errorf("got %+v", why)
	}
	charged := must[*wire.Charged](t)(app.Charge(ctx, placed.ID, wire.Charge{Provider: "wechat_pay",
		Payer: "openid"}))
	if charged.Amount != 2500 || x.sim.Pay(charged.Trade) != nil {
		t.Fatalf("got %+v", charged)
	}
	x.until(t, placed.ID, "paid")
	next := must[*wire.PlacedCart](t)(x.hq.Decline(ctx, placed.ID, wire.Refusal{Reason: "flooded"}))
	if next.ID == placed.ID || next.State != "paid" {
		t.Errorf("got %+v, want another store", next)
	}
	line := must[*wire.Timeline](t)(x.hq.Timeline(ctx, placed.ID))
	quote := must[*wire.Quote](t)(app.Price(ctx, &wire.Order{Store: "A", Channel: "mini_program",
		Lines: []wire.OrderLine{{SKU: "2", Qty: 3}}}))
	if len(line.Steps) < 2 || quote.Net != 900 {
		t.Errorf("got %+v and %+v", line, quote)
	}
}

// TestClientOfAPlanner moves goods and counts them.
func TestClientOfAPlanner(t *testing.T) {
	h := build(t)
	h.tokens[staff.Planner] = token(t, staff.Planner, retail.HQScope())
	c, ctx := h.as(staff.Planner), t.Context()
	draft := func(key string) int64 {
		t.Helper()
		return must[*wire.TransferView](t)(c.DraftTransfer(ctx, key, &wire.Transfer{From: "A", To: "B",
			Lines: []wire.TransferLine{{SKU: "1", Qty: 6}}})).ID
	}
	want := func(state string) func(*wire.TransferView, error) {
		t.Helper()
		return func(v *wire.TransferView, err error) {
			t.Helper()
			if err != nil || v.State != state {
				t.Errorf("got %+v, %v, want %s", v, err, state)
			}
		}
	}
	id := draft("t1")
	want("approved")(c.ApproveTransfer(ctx, id, wire.Decision{}))
	want("shipped")(c.ShipTransfer(ctx, id, &wire.Shipment{}))
	want("received")(c.ReceiveTransfer(ctx, id, &wire.Receipt{Lines: []wire.ReceiptLine{{Line: 1, Received: 5,
		Reason: "one broke"}}}))
	want("received")(c.Transfer(ctx, id))
	want("rejected")(c.RejectTransfer(ctx, draft("t2"), wire.Decision{Reason: "not now"}))
	want("cancelled")(c.CancelTransfer(ctx, draft("t3"), wire.Decision{}))
	first := must[*wire.Page[wire.TransferView]](t)(c.Transfers(ctx, client.Page{Store: "A", Limit: 2}))
	second := must[*wire.Page[wire.TransferView]](t)(c.Transfers(ctx, client.Page{Store: "A", Limit: 2,
		Cursor: first.Next}))
	if len(first.Items) != 2 || len(second.Items) != 1 || second.Items[0].ID != id {
		t.Errorf("got %+v and %+v", first, second)
	}

	take := must[*wire.StocktakeView](t)(c.OpenStocktake(ctx, "s1", &wire.Stocktake{Store: "B"}))
	must[*wire.StocktakeView](t)(c.Count(ctx, take.ID, &wire.Counts{Lines: []wire.CountLine{
		{SKU: "1", Counted: 104}}}))
	closed := must[*wire.StocktakeView](t)(c.CloseStocktake(ctx, take.ID, wire.Decision{Reason: "spring"}))
	if closed.State != "closed" || closed.Lines[0].Expected != 105 || closed.Lines[0].Difference != -1 {
		t.Errorf("got %+v", closed)
	}
	other := must[*wire.StocktakeView](t)(c.OpenStocktake(ctx, "s2", &wire.Stocktake{Store: "B"}))
	must[*wire.StocktakeView](t)(c.CancelStocktake(ctx, other.ID, wire.Decision{Reason: "rain"}))
	if shown := must[*wire.StocktakeView](t)(c.Stocktake(ctx, other.ID)); shown.State != "cancelled" {
		t.Errorf("got %+v", shown)
	}
	takes := must[*wire.Page[wire.StocktakeView]](t)(c.Stocktakes(ctx, client.Page{}))
	if len(takes.Items) != 2 {
		t.Errorf("got %+v", takes)
	}
}

// TestClientOfTheOffice makes an account, which logs in, changes its password and is locked; and looks for a
// member.
func TestClientOfTheOffice(t *testing.T) {
	h := build(t)
	ctx := t.Context()
	merged(t, "staff")(h.hq.PutStaff(ctx, []wire.Account{{Name: "gus/1", Role: "guide", Stores: []string{"A"},
		Password: "correct horse"}}))
	gus := &client.Client{BaseURL: h.URL, HTTP: h.Client(), Attempts: 1}
	s := must[*wire.Session](t)(gus.Login(ctx, "gus/1", "correct horse"))
	must[*wire.Session](t)(gus.Refresh(ctx, s.Refresh))
	must[*wire.Session](t)(gus.ChangePassword(ctx, "correct horse", "another horse"))
	if who := must[*wire.Who](t)(gus.Who(ctx)); who.User != "gus/1" || len(who.Stores) != 1 {
		t.Errorf("got %+v", who)
	}
	if err := gus.Logout(ctx); err != nil {
		t.Error(err)
	}
	if err := h.hq.Deactivate(ctx, "gus/1"); err != nil {
		t.Error(err)
	}
	_, err := gus.Login(ctx, "gus/1", "another horse")
	if p, refused := client.Refused(err); !refused || p.Status != http.StatusUnauthorized {
		t.Errorf("a locked account logs in: %v", err)
	}

	name := "安娜"
	view := must[*wire.MemberView](t)(h.hq.ChangeMember(ctx, "M1", &wire.MemberChange{Name: &name}))
	found := must[[]wire.MemberView](t)(h.hq.FindMembers(ctx, wire.MemberQuery{Phone: "13800000000"}))
	shown := must[*wire.MemberView](t)(h.hq.Member(ctx, "M1"))
	if len(found) != 1 || found[0].Code != "M1" || shown.Version != view.Version || shown.Name == name {
		t.Errorf("got %+v, %+v and %+v, want M1, masked", view, found, shown)
	}
}
