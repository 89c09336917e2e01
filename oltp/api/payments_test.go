package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/payment/wechat"
	"github.com/tillstream/tillstream/oltp/payment/wechat/simulated"
	"github.com/tillstream/tillstream/oltp/payment/wechat/wechattest"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

const wechatNotify = "/v1/payments/notify/wechat_pay"

// cashier is a house whose customers pay through a simulated WeChat Pay.
type cashier struct {
	*house
	sim  *simulated.Server
	desk *payment.Desk
	way  *forward
}

// forward passes callbacks on to a house that is built later.
type forward struct {
	to atomic.Pointer[string]
	// last is the newest callback that came by.
	last atomic.Pointer[callback]
}

// callback is what a provider has told.
type callback struct {
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (f *forward) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	f.last.Store(&callback{r.Header.Clone(), body})
	r.Body = io.NopCloser(bytes.NewReader(body))
	to := f.to.Load()
	if to == nil {
		return nil, http.ErrServerClosed
	}
	r.URL.Host = strings.TrimPrefix(*to, "http://")
	return http.DefaultTransport.RoundTrip(r)
}

func openCashier(t *testing.T, change ...func(*postgres.DB, *api.Config)) *cashier {
	t.Helper()
	way := &forward{}
	x := &cashier{way: way}
	var client *wechat.Client
	x.sim, client = wechattest.Start(t, "http://house"+wechatNotify,
		func(_ *wechat.Config, s *simulated.Config) { s.HTTP = &http.Client{Transport: way} })
	dsn := pgtest.Start(t)
	db, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	x.house = buildOn(t, dsn, order.Config{}, func(c *api.Config) {
		x.desk = payment.New(payment.Config{Book: db.Payments(), Intake: c.Intake, Orders: c.Orders,
			Providers: map[string]payment.Provider{"wechat_pay": client},
			AskAfter:  time.Microsecond, MaxAsks: 3})
		c.Payments = x.desk
		for _, f := range change {
			f(db, c)
		}
	})
	way.to.Store(&x.URL)
	return x
}

// place places an order of the mini-program and asks for its money.
func (x *cashier) place(t *testing.T, key string, qty int32) (id int64, trade string) {
	t.Helper()
	p, err := x.hq.PlaceOrder(t.Context(), key, &wire.Order{Store: "A", Channel: "mini_program",
		Fulfilment: "pickup", Lines: []wire.OrderLine{{SKU: "1", Qty: qty}}})
	if err != nil {
		t.Fatal(err)
	}
	var c wire.Charged
	x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", p.ID),
		`{"provider":"wechat_pay","payer":"openid"}`).into(t, &c)
	if !c.Simulated || c.Amount != p.Net || c.Params["paySign"] == "" || c.ExpiresAt.IsZero() {
		t.Fatalf("got %+v", c)
	}
	return p.ID, c.Trade
}

// until waits for the order to stand somewhere.
func (x *cashier) until(t *testing.T, id int64, state string) *wire.OrderView {
	t.Helper()
	var v *wire.OrderView
	eventually(t, fmt.Sprintf("order %d is %s", id, state), func() bool {
		var err error
		if v, err = x.hq.Order(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return v.State == state
	})
	return v
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened that %s", what)
		}
	}
}

func (x *cashier) sweep(t *testing.T) {
	t.Helper()
	if err := x.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestPayingThroughAProvider ends with the money going back the way it came.
func TestPayingThroughAProvider(t *testing.T) {
	x := openCashier(t)
	id, trade := x.place(t, "p1", 2)
	if err := x.sim.Pay(trade); err != nil {
		t.Fatal(err)
	}
	if v := x.until(t, id, "paid"); v.PaymentMethod != "wechat_pay" || !v.ExpiresAt.IsZero() {
		t.Errorf("got %+v", v)
	}
	if _, err := x.hq.Refund(t.Context(), "r", &wire.Refund{Order: id, Lines: []wire.RefundLine{
		{Line: 1, Qty: 1}}}); err != nil {
		t.Fatal(err)
	}
	x.sweep(t)
	if fen := x.sim.Given(trade); fen != 1250 {
		t.Errorf("%d fen went back", fen)
	}
	if _, err := x.hq.Cancel(t.Context(), id, wire.Cancellation{}); err != nil {
		t.Fatal(err)
	}
	x.sweep(t)
	x.sweep(t)
	if fen := x.sim.Given(trade); fen != 2500 {
		t.Errorf("%d fen went back", fen)
	}
}

// TestPaymentAfterExpiry is answered and goes back: the goods are free.
func TestPaymentAfterExpiry(t *testing.T) {
	x := openCashier(t)
	id, trade := x.place(t, "late", 3)
	done, err := overdue.Sweep(t.Context(), overdue.Config{Orders: x.db.Overdue(), Intake: x.intake,
		Now: func() time.Time { return time.Now().Add(time.Hour) }})
	if err != nil || done.Expired != 1 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if a := x.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/orders/%d/pay", id), `{}`); a.status != 409 ||
		a.problem.Type != "/problems/cancelled" || !a.says("", "has to go back") {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if err := x.sim.Pay(trade); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the money goes back", func() bool {
		x.sweep(t)
		return x.sim.Given(trade) == 3750
	})
	x.until(t, id, "cancelled")
	if a := x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", id),
		`{"provider":"wechat_pay"}`); a.status != 409 {
		t.Errorf("an expired order is charged: %d %s", a.status, a.text)
	}
}

// TestPaidTwice by cash and by phone: the second money goes back.
func TestPaidTwice(t *testing.T) {
	x := openCashier(t)
	id, trade := x.place(t, "twice", 1)
	if _, err := x.hq.Pay(t.Context(), id, wire.Payment{Method: "cash"}); err != nil {
		t.Fatal(err)
	}
	if err := x.sim.Pay(trade); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the money goes back", func() bool {
		x.sweep(t)
		return x.sim.Given(trade) == 1250
	})
	if v := x.until(t, id, "paid"); v.PaymentMethod != "cash" {
		t.Errorf("got %+v", v)
	}
}

// TestForgedAndForeignCallbacks change nothing.
func TestForgedAndForeignCallbacks(t *testing.T) {
	x := openCashier(t)
	id, trade := x.place(t, "f", 1)
	f := func(path, body string, status int, headers ...string) {
		t.Helper()
		if a := x.ask(t, "", "POST", path, body, headers...); a.status != status {
			t.Errorf("%s %.40s: got %d %s, want %d", path, body, a.status, a.text, status)
		}
	}
	f(wechatNotify, `{"event_type":"TRANSACTION.SUCCESS"}`, 401)
	f(wechatNotify, ``, 401)
	f(wechatNotify, strings.Repeat("x", 100_000), 413)
	f("/v1/payments/notify/other", `{}`, 404)
	f("/v1/payments/notify/", `{}`, 404)
	if a := x.ask(t, "", "GET", wechatNotify, ""); a.status != 405 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	now := time.Now()
	for what, n := range map[string]payment.Notice{
		"another amount": {Kind: payment.ChargeNotice, Status: payment.Done, Trade: trade, Amount: 1,
			At: now},
		"an unknown trade": {Kind: payment.ChargeNotice, Status: payment.Done, Trade: "T1", Amount: 1250,
			At: now},
		"an unknown refund": {Kind: payment.RefundNotice, Status: payment.Done, Number: "x"},
	} {
		if err := x.desk.Take(t.Context(), "wechat_pay", n); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	x.until(t, id, "pending_payment")
}

// TestNoticesInAnyOrder repeated, out of order, and interrupted halfway.
func TestNoticesInAnyOrder(t *testing.T) {
	x := openCashier(t)
	id, trade := x.place(t, "o", 2)
	at := time.Now().Add(-time.Second).Truncate(time.Second)
	open := payment.Notice{Kind: payment.ChargeNotice, Status: payment.Pending, Trade: trade, Amount: 2500}
	paid := payment.Notice{Kind: payment.ChargeNotice, Status: payment.Done, Trade: trade, Amount: 2500,
		Transaction: "X1", At: at}
	early := payment.Notice{Kind: payment.RefundNotice, Status: payment.Done, Number: "R1", Trade: trade}
	for _, n := range []payment.Notice{open, early, paid, open, paid, early, paid} {
		if err := x.desk.Take(t.Context(), "wechat_pay", n); err != nil {
			t.Fatalf("%+v: %v", n, err)
		}
	}
	x.until(t, id, "paid")
	for range 3 {
		x.sweep(t)
	}
	if fen := x.sim.Given(trade); fen != 0 {
		t.Errorf("%d fen went back of a payment that was told again and again", fen)
	}
}

// TestMoneyGoesAlong with an order that goes to another store, and back when nobody serves it.
func TestMoneyGoesAlong(t *testing.T) {
	x := openCashier(t)
	merged(t, "stores")(x.hq.PutStores(t.Context(), []wire.Store{
		{Code: "A", Region: "east", Services: []string{"pickup"}},
		{Code: "B", Region: "west", Services: []string{"pickup"}}}))
	var p wire.PlacedCart
	x.ask(t, staff.Storefront, "POST", "/v1/orders",
		`{"channel":"mini_program","fulfilment":"pickup","lines":[{"sku":"1","qty":2}]}`).into(t, &p)
	var c wire.Charged
	x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", p.ID),
		`{"provider":"wechat_pay"}`).into(t, &c)
	if err := x.sim.Pay(c.Trade); err != nil {
		t.Fatal(err)
	}
	x.until(t, p.ID, "paid")
	decline := func(id int64) (next wire.PlacedCart) {
		t.Helper()
		x.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/orders/%d/decline", id),
			`{"reason":"flooded"}`).into(t, &next)
		x.sweep(t)
		return next
	}
	next := decline(p.ID)
	if fen := x.sim.Given(c.Trade); fen != 0 || next.State != "paid" {
		t.Errorf("%d fen went back of an order that only moved: %+v", fen, next)
	}
	if last := decline(next.ID); last.State != "cancelled" {
		t.Errorf("got %+v", last)
	}
	if fen := x.sim.Given(c.Trade); fen != 2500 {
		t.Errorf("%d fen went back of an order that nobody serves", fen)
	}
}

// TestCallbacksThatNeverCome are asked for, until they pay the order or the trade is closed.
func TestCallbacksThatNeverCome(t *testing.T) {
	x := openCashier(t)
	x.way.to.Store(nil) // every callback is lost
	id, trade := x.place(t, "lost", 2)
	x.sweep(t)
	x.until(t, id, "pending_payment")
	if err := x.sim.Pay(trade); err != nil {
		t.Fatal(err)
	}
	x.sweep(t)
	x.until(t, id, "paid")
	never, late := x.place(t, "never", 1)
	for range 4 {
		x.sweep(t)
	}
	x.until(t, never, "pending_payment")
	if err := x.sim.Pay(late); err != nil {
		t.Fatal(err)
	}
	x.sweep(t)
	x.until(t, never, "pending_payment") // closed: nobody asks any more
	err := x.desk.Take(t.Context(), "wechat_pay", payment.Notice{Kind: payment.ChargeNotice,
		Status: payment.Done, Trade: late, Amount: 1250, At: time.Now().Truncate(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	x.until(t, never, "paid") // the money came all the same
	x.sweep(t)
	if fen := x.sim.Given(trade) + x.sim.Given(late); fen != 0 {
		t.Errorf("%d fen went back", fen)
	}
}

// TestOneTradePaysASplitCart and a refund of one of its orders gives back that order's share.
func TestOneTradePaysASplitCart(t *testing.T) {
	x := openCashier(t)
	merged(t, "stores")(x.hq.PutStores(t.Context(), []wire.Store{
		{Code: "A", Region: "east", Services: []string{"express"}},
		{Code: "B", Region: "west", Services: []string{"express"}}}))
	split := func(key string) wire.PlacedCart {
		t.Helper()
		var p wire.PlacedCart
		x.ask(t, staff.Storefront, "POST", "/v1/orders", `{"channel":"mini_program","fulfilment":"express",
			"destination":{"latitude":31.2,"longitude":121.4},"lines":[{"sku":"1","qty":30},
			{"sku":"2","qty":40}]}`, "Idempotency-Key", key).into(t, &p)
		return p
	}
	_, err := x.hq.MoveStock(t.Context(), []wire.StockMove{
		{Key: "x1", Store: "A", SKU: "2", Kind: "damage", Qty: -100, Reason: "wet"},
		{Key: "x2", Store: "B", SKU: "1", Kind: "damage", Qty: -100, Reason: "wet"}})
	if err != nil {
		t.Fatal(err)
	}
	p := split("s1")
	if len(p.Orders) != 2 || p.Net != 30*1250+40*300 {
		t.Fatalf("got %+v", p)
	}
	var first, again wire.Charged
	for i, c := range []*wire.Charged{&first, &again} {
		x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", p.Orders[i].ID),
			`{"provider":"wechat_pay"}`).into(t, c)
		if c.Amount != p.Net || len(c.Orders) != 2 || c.Trade != first.Trade {
			t.Fatalf("got %+v", c)
		}
	}
	if err := x.sim.Pay(first.Trade); err != nil {
		t.Fatal(err)
	}
	for _, o := range p.Orders {
		x.until(t, o.ID, "paid")
	}
	one := p.Orders[1]
	if _, err := x.hq.Refund(t.Context(), "r1", &wire.Refund{Order: one.ID}); err != nil {
		t.Fatal(err)
	}
	x.sweep(t)
	if fen := x.sim.Given(first.Trade); fen != int64(one.Net) {
		t.Errorf("%d fen went back of an order of %s", fen, one.Net)
	}
	x.until(t, p.Orders[0].ID, "paid")

	// One order of a cart is cancelled before the money comes: its share goes back, the other is paid.
	p = split("s2")
	if len(p.Orders) != 2 {
		t.Fatalf("got %+v", p)
	}
	x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", p.ID),
		`{"provider":"wechat_pay"}`).into(t, &first)
	if _, err := x.hq.Cancel(t.Context(), p.Orders[0].ID, wire.Cancellation{}); err != nil {
		t.Fatal(err)
	}
	var rest wire.Charged
	x.ask(t, staff.Storefront, "POST", fmt.Sprintf("/v1/orders/%d/payment", p.Orders[1].ID),
		`{"provider":"wechat_pay"}`).into(t, &rest)
	if rest.Trade == first.Trade || rest.Amount != p.Orders[1].Net || len(rest.Orders) != 1 {
		t.Errorf("got %+v", rest)
	}
	if err := x.sim.Pay(first.Trade); err != nil {
		t.Fatal(err)
	}
	x.until(t, p.Orders[1].ID, "paid")
	eventually(t, "the share of the cancelled order goes back", func() bool {
		x.sweep(t)
		return x.sim.Given(first.Trade) == int64(p.Orders[0].Net)
	})
	x.until(t, p.Orders[0].ID, "cancelled")
}
