package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/courier/signed"
	"github.com/tillstream/tillstream/oltp/courier/signed/signedtest"
	"github.com/tillstream/tillstream/oltp/courier/signed/simulated"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const riderNotify = "/v1/couriers/notify/rider"

// depot is a house whose orders within the city are carried by a simulated courier service.
type depot struct {
	*house
	sim  *simulated.Server
	desk *courier.Desk
	cfg  courier.Config
	way  *forward
	ride *signed.Client

	mu   sync.Mutex
	held map[string]func() bool
	hold bool
}

// hand sends callbacks at once, or holds them back until release.
func (x *depot) hand(s signed.Status, send func() bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.hold {
		x.held[s.State] = send
		return
	}
	send()
}

// newDepot starts the courier service, before there is a house.
func newDepot(t *testing.T) *depot {
	t.Helper()
	x := &depot{held: map[string]func() bool{}, way: &forward{}}
	x.sim, x.ride = signedtest.Start(t, "http://house"+riderNotify,
		func(_ *signed.Config, s *simulated.Config) {
			s.HTTP, s.Hand = &http.Client{Transport: x.way}, x.hand
		})
	return x
}

func openDepot(t *testing.T) *depot {
	t.Helper()
	x := newDepot(t)
	dsn := pgtest.Start(t)
	db, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	x.house = buildOn(t, dsn, order.Config{}, func(c *api.Config) { x.equip(db, c) })
	x.way.to.Store(&x.URL)
	return x
}

// equip lets a house call the couriers.
func (x *depot) equip(db *postgres.DB, c *api.Config) {
	where := c.Dispatch
	x.cfg = courier.Config{Providers: map[string]courier.Provider{"rider": x.ride},
		Preferred: "rider", Book: db.Couriers(), Intake: c.Intake, Orders: c.Orders,
		AgainAfter: time.Microsecond, RetryAfter: time.Microsecond, MaxErrands: 3, MaxTries: 4,
		Recipient: func(ctx context.Context, id retail.OrderID) (courier.Recipient, error) {
			to, err := where.Where(ctx, id)
			if errors.Is(err, dispatch.ErrNoDelivery) {
				err = courier.ErrNoAddress
			}
			return courier.Recipient{Name: to.Name, Phone: to.Phone, Address: to.Address}, err
		},
		Pickup: func(ctx context.Context, id retail.StoreID) (courier.Pickup, error) {
			return courier.Pickup{Code: "A"}, nil
		}}
	x.desk = courier.New(x.cfg)
	c.Couriers = x.desk
}

const toWang = `"recipient":{"name":"Wang Wei","phone":"13800138000","address":"Nanjing Road 1"}`

// ready places a paid order within the city and sets it aside.
func (x *depot) ready(t *testing.T, key, recipient string) int64 {
	t.Helper()
	if recipient != "" {
		recipient = "," + recipient
	}
	var p wire.PlacedCart
	x.ask(t, staff.Storefront, "POST", "/v1/orders", `{"store":"A","member":"M1","channel":"mini_program",
		"fulfilment":"same_city","paid":true,"lines":[{"sku":"1","qty":2}]`+recipient+`}`,
		"Idempotency-Key", key).into(t, &p)
	x.step(t, p.ID, "pick", 200)
	x.step(t, p.ID, "ready", 200)
	return p.ID
}

func (x *depot) step(t *testing.T, id int64, step string, status int) {
	t.Helper()
	if a := x.ask(t, staff.StoreManager, "POST", fmt.Sprintf("/v1/orders/%d/%s", id, step), `{}`); a.status !=
		status {
		t.Fatalf("%s: got %d %s", step, a.status, a.text)
	}
}

func (x *depot) sweep(t *testing.T) {
	t.Helper()
	if err := x.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// errands lists the states of an order's errands.
func (x *depot) errands(t *testing.T, id int64) (states string, last wire.Errand) {
	t.Helper()
	var e wire.Errands
	x.ask(t, staff.StoreManager, "GET", fmt.Sprintf("/v1/orders/%d/courier", id), "").into(t, &e)
	var all []string
	for _, last = range e.Errands {
		all = append(all, last.State)
	}
	return strings.Join(all, " "), last
}

func (x *depot) first(t *testing.T, id int64) wire.Errand {
	t.Helper()
	var e wire.Errands
	x.ask(t, staff.StoreManager, "GET", fmt.Sprintf("/v1/orders/%d/courier", id), "").into(t, &e)
	return e.Errands[0]
}

func (x *depot) want(t *testing.T, id int64, state, errands string) {
	t.Helper()
	eventually(t, fmt.Sprintf("order %d is %s with errands %q", id, state, errands), func() bool {
		v, err := x.hq.Order(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := x.errands(t, id)
		return v.State == state && got == errands
	})
}

func (x *depot) move(t *testing.T, number string, s courier.State, reason string) {
	t.Helper()
	if err := x.sim.Move(number, s, reason); err != nil {
		t.Fatal(err)
	}
}

func (x *depot) steps(t *testing.T, role staff.Role, id int64) []string {
	t.Helper()
	var line wire.Timeline
	x.ask(t, role, "GET", fmt.Sprintf("/v1/orders/%d/timeline?member=M1", id), "").into(t, &line)
	var out []string
	for _, s := range line.Steps {
		out = append(out, s.Step)
	}
	return out
}

// TestACourierCarriesAnOrder from the store to the door, and the member sees it. What is personal goes to the
// courier and nowhere else.
func TestACourierCarriesAnOrder(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "c1", toWang)
	x.sweep(t)
	x.want(t, id, "ready", "booked")
	_, e := x.errands(t, id)
	if e.Fee != 800 || e.Task == "" || e.PickupAt.IsZero() || !e.Simulated || e.Provider != "rider" {
		t.Errorf("got %+v", e)
	}
	asked, _ := x.sim.Asked(e.Number)
	if asked.To.Name != "Wang Wei" || asked.To.Phone != "13800138000" ||
		asked.To.Address != "Nanjing Road 1" ||
		asked.Pieces != 2 || asked.ValueFen != 2500 || asked.From.Code != "A" {
		t.Errorf("asked %+v", asked)
	}
	x.move(t, e.Number, courier.Assigned, "")
	x.want(t, id, "ready", "assigned")
	x.move(t, e.Number, courier.PickedUp, "")
	x.want(t, id, "delivering", "picked_up")
	x.move(t, e.Number, courier.Delivered, "")
	x.want(t, id, "completed", "delivered")
	x.sweep(t)
	if n := x.sim.Tasks(); n != 1 {
		t.Errorf("%d tasks for one order", n)
	}
	want := []string{"placed", "paid", "picking", "ready", "courier_booked", "courier_assigned", "delivering",
		"completed"}
	if got := x.steps(t, staff.Storefront, id); !slices.Equal(got, want) {
		t.Errorf("the member sees %v, want %v", got, want)
	}
	l, err := x.hq.Stock(t.Context(), "A", "1")
	if err != nil || l.OnHand != 98 || l.Reserved != 0 {
		t.Errorf("got %+v, %v", l, err)
	}
	text := x.ask(t, staff.HQAdmin, "GET", fmt.Sprintf("/v1/orders/%d/courier", id), "").text
	for _, secret := range []string{"Wang", "13800138000", "Nanjing"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the errand tells %s: %s", secret, text)
		}
	}
}

// TestCallbacksInAnyOrder lost, doubled, late and backwards.
func TestCallbacksInAnyOrder(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "o1", toWang)
	x.sweep(t)
	_, e := x.errands(t, id)
	x.hold = true
	for _, s := range []courier.State{courier.Assigned, courier.PickedUp, courier.Delivered} {
		x.move(t, e.Number, s, "")
	}
	eventually(t, "all callbacks wait", func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		return len(x.held) == 3
	})
	x.want(t, id, "ready", "booked")
	for range 2 {
		for _, state := range []string{"delivered", "picked_up", "assigned"} {
			if !x.held[state]() {
				t.Errorf("the callback that it is %s is not taken", state)
			}
			x.want(t, id, "completed", "delivered")
		}
	}
	if got, want := x.steps(t, staff.Storefront, id), []string{"placed", "paid", "picking", "ready",
		"courier_booked", "completed"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	// Lost for good: the service is asked when it is quiet for too long.
	lost := x.ready(t, "o2", toWang)
	x.sweep(t)
	_, e = x.errands(t, lost)
	x.move(t, e.Number, courier.PickedUp, "")
	x.cfg.QuietAfter = time.Microsecond
	quiet := courier.New(x.cfg)
	if err := quiet.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	x.want(t, lost, "delivering", "picked_up")

	// A service that does not know of an errand any more has given it up.
	forgotten := x.ready(t, "o3", toWang)
	x.sweep(t)
	_, e = x.errands(t, forgotten)
	x.sim.Forget(e.Number)
	for range 2 {
		if err := quiet.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	x.want(t, forgotten, "ready", "cancelled booked")
	if e := x.first(t, forgotten); e.Reason != courier.ReasonForgotten {
		t.Errorf("got %+v", e)
	}
}

// TestACourierGivesUp and another is called, until it is enough; the store can always deliver itself.
func TestACourierGivesUp(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "g1", toWang)
	for i, states := range []string{"booked", "cancelled booked", "cancelled cancelled booked"} {
		x.sweep(t)
		x.want(t, id, "ready", states)
		_, e := x.errands(t, id)
		x.move(t, e.Number, courier.Cancelled, "no_rider")
		x.want(t, id, "ready", strings.Repeat("cancelled ", i)+"cancelled")
	}
	x.sweep(t)
	x.want(t, id, "ready", "cancelled cancelled cancelled")
	path := fmt.Sprintf("/v1/orders/%d/courier", id)
	var e wire.Errand
	x.ask(t, staff.StoreManager, "POST", path, `{}`).into(t, &e)
	if e.State != "asked" || e.Replayed {
		t.Errorf("got %+v", e)
	}
	x.ask(t, staff.StoreManager, "POST", path, `{"provider":"rider"}`).into(t, &e)
	if e.State != "asked" || !e.Replayed {
		t.Errorf("again: %+v", e)
	}
	x.sweep(t)
	x.want(t, id, "ready", "cancelled cancelled cancelled booked")
	_, e = x.errands(t, id)
	x.step(t, id, "deliver", 200)
	x.sweep(t)
	x.want(t, id, "delivering", "cancelled cancelled cancelled withdrawn")
	if s := x.sim.State(e.Number); s != courier.Cancelled {
		t.Errorf("the courier still comes: %s", s)
	}
	x.step(t, id, "complete", 200)
	if a := x.ask(t, staff.StoreManager, "POST", path, `{}`); a.status != 409 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if a := x.ask(t, staff.StoreManager, "POST", path, `{"provider":"nobody"}`); a.status != 422 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if got := x.steps(t, staff.Storefront, id); slices.Contains(got, "courier_ended") {
		t.Errorf("the member sees %v", got)
	}
	if got := x.steps(t, staff.HQAdmin, id); !slices.Contains(got, "courier_ended") {
		t.Errorf("the staff sees %v", got)
	}
}

// TestARefundedOrderCallsItsCourierBack unless the rider has the goods.
func TestARefundedOrderCallsItsCourierBack(t *testing.T) {
	x := openDepot(t)
	refund := func(id int64) {
		t.Helper()
		if _, err := x.hq.Refund(t.Context(), fmt.Sprint("r", id), &wire.Refund{Order: id}); err != nil {
			t.Fatal(err)
		}
		x.sweep(t)
	}
	id := x.ready(t, "b1", toWang)
	x.sweep(t)
	_, e := x.errands(t, id)
	refund(id)
	x.want(t, id, "refunded", "withdrawn")
	if s := x.sim.State(e.Number); s != courier.Cancelled {
		t.Errorf("the courier still comes: %s", s)
	}
	gone := x.ready(t, "b2", toWang)
	x.sweep(t)
	_, e = x.errands(t, gone)
	x.hold = true // the callback of the rider is late
	x.move(t, e.Number, courier.PickedUp, "")
	refund(gone)
	x.want(t, gone, "refunded", "picked_up")
}

// TestABookingWithoutAnswer is asked again under its number, and given up in the end.
func TestABookingWithoutAnswer(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "n1", toWang)
	x.sim.Refuse(500, 503)
	for range 2 {
		if err := x.desk.Sweep(t.Context()); err == nil {
			t.Error("an outage is not told")
		}
		x.want(t, id, "ready", "asked")
	}
	x.sweep(t)
	x.want(t, id, "ready", "booked")
	if n := x.sim.Tasks(); n != 1 {
		t.Errorf("%d tasks", n)
	}
	never := x.ready(t, "n2", toWang)
	x.sim.Refuse(500, 500, 500, 500)
	for range 4 {
		_ = x.desk.Sweep(t.Context()) // told above
	}
	x.sweep(t)
	if got, e := x.errands(t, never); got != "failed" || e.Reason != courier.ReasonNoAnswer {
		t.Errorf("got %s %+v", got, e)
	}
	x.sim.Refuse(422)
	x.sweep(t)
	if got, e := x.errands(t, never); got != "failed failed" || e.Reason != courier.ReasonRejected {
		t.Errorf("got %s %+v", got, e)
	}
	x.sweep(t)
	x.want(t, never, "ready", "failed failed booked")
}

// TestOrdersWithoutAddressStayWithTheirStore and so do those of customers who were erased.
func TestOrdersWithoutAddressStayWithTheirStore(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "a1", "")
	x.sweep(t)
	x.want(t, id, "ready", "")
	a := x.ask(t, staff.StoreManager, "POST", fmt.Sprintf("/v1/orders/%d/courier", id), `{}`)
	if a.status != 409 || a.problem.Type != "/problems/no-address" {
		t.Errorf("got %d %s", a.status, a.text)
	}
	erased := x.ready(t, "a2", toWang)
	if a := x.ask(t, staff.HQAdmin, "DELETE", "/v1/members/M1", ""); a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.text)
	}
	for range 2 {
		x.sweep(t)
	}
	if got, e := x.errands(t, erased); got != "failed" || e.Reason != courier.ReasonNoAddress {
		t.Errorf("got %s %+v", got, e)
	}
	if n := x.sim.Tasks(); n != 0 {
		t.Errorf("%d tasks", n)
	}
}

// TestForgedAndForeignCourierCallbacks change nothing.
func TestForgedAndForeignCourierCallbacks(t *testing.T) {
	x := openDepot(t)
	id := x.ready(t, "f1", toWang)
	x.sweep(t)
	_, e := x.errands(t, id)
	f := func(path, body string, status int, headers ...string) {
		t.Helper()
		if a := x.ask(t, "", "POST", path, body, headers...); a.status != status {
			t.Errorf("%s %.60s: got %d %s, want %d", path, body, a.status, a.text, status)
		}
	}
	signs := func(body string) []string {
		h := http.Header{}
		signed.Sign(h, signedtest.Secret(), signedtest.Shop, signed.PurposeNotify, time.Now(), []byte(body))
		var pairs []string
		for name := range h {
			pairs = append(pairs, name, h.Get(name))
		}
		return pairs
	}
	told := func(number, task, state string, fee int64) string {
		return fmt.Sprintf(`{"shop":%q,"number":%q,"task":%q,"state":%q,"fee_fen":%d,"at":%q}`,
			signedtest.Shop, number, task, state, fee, time.Now().Format(time.RFC3339))
	}
	f(riderNotify, `{}`, 401)
	f(riderNotify, ``, 401)
	f(riderNotify, strings.Repeat("x", 100_000), 413)
	f("/v1/couriers/notify/other", `{}`, 404)
	f("/v1/couriers/notify/", `{}`, 404)
	for body, status := range map[string]int{
		told(e.Number, e.Task, "delivered", 801):                                         409,
		told(e.Number, "SIM99", "delivered", 800):                                        409,
		told("D1-99", e.Task, "delivered", 800):                                          404,
		told(e.Number, e.Task, "stolen", 800):                                            422,
		strings.Replace(told(e.Number, e.Task, "delivered", 800), "shop-1", "shop-2", 1): 409,
		`[]`: 422,
	} {
		f(riderNotify, body, status, signs(body)...)
	}
	x.want(t, id, "ready", "booked")
	assigned, picked := told(e.Number, e.Task, "assigned", 800), told(e.Number, e.Task, "picked_up", 800)
	headers := signs(assigned)
	f(riderNotify, picked, 401, headers...) // signed for another body
	for range 2 {
		f(riderNotify, assigned, 204, headers...)
	}
	x.want(t, id, "ready", "assigned")
	if a := x.ask(t, "", "GET", riderNotify, ""); a.status != 405 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	for _, role := range []staff.Role{staff.Storefront} {
		path := fmt.Sprintf("/v1/orders/%d/courier", id)
		if a := x.ask(t, role, "POST", path, `{}`); a.status != 403 {
			t.Errorf("%s calls a courier: %d", role, a.status)
		}
	}
}
