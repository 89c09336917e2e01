package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/retail"
)

// live is a shop whose clock is the real one, as the database's is.
func live(t testing.TB, stores, skus int) *shop {
	t.Helper()
	return openShopAt(t, pgStart(t), stores, skus, order.Config{Now: time.Now})
}

// sweep does what is due after a time from now.
func (s *shop) sweep(after time.Duration, change ...func(*overdue.Config)) overdue.Done {
	s.t.Helper()
	cfg := overdue.Config{Orders: s.db.Overdue(), Intake: s, MaxBatch: 7,
		Now: func() time.Time { return time.Now().Add(after) }}
	for _, c := range change {
		c(&cfg)
	}
	done, err := overdue.Sweep(s.t.Context(), cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// TestUnpaidOrdersFreeTheirStock after a quarter of an hour, also when nobody looked for a while.
func TestUnpaidOrdersFreeTheirStock(t *testing.T) {
	s := live(t, 2, 1)
	s.receive(0, 0, 100)
	var unpaid []retail.OrderID
	for range 20 { // more than two batches
		unpaid = append(unpaid, s.placed(s.unpaid(0, 0, 2)).ID)
	}
	backdated := s.unpaid(0, 0, 1)
	backdated.PlacedAt = time.Date(2017, 1, 2, 3, 4, 5, 0, time.UTC)
	unpaid = append(unpaid, s.placed(backdated).ID)
	paid := s.placed(s.unpaid(0, 0, 3)).ID
	s.step(order.Pay, paid)
	if done := s.sweep(14 * time.Minute); done != (overdue.Done{}) {
		t.Errorf("too early: %+v", done)
	}
	s.wantLevel(0, 0, 100, 44)
	if done := s.sweep(16 * time.Minute); done.Expired != len(unpaid) || done.Failed != 0 {
		t.Errorf("got %+v, want %d expired", done, len(unpaid))
	}
	s.wantLevel(0, 0, 100, 3)
	if done := s.sweep(16 * time.Minute); done != (overdue.Done{}) {
		t.Errorf("again: %+v", done)
	}
	for _, id := range unpaid {
		rows, err := s.db.Orders().Steps(t.Context(), retail.HQScope(), id)
		if err != nil || len(rows) != 1 || rows[0].Step.String() != "cancelled" ||
			rows[0].Reason != order.ReasonPaymentTimeout {
			t.Errorf("order %d: %+v, %v", id, rows, err)
		}
	}
	var wrong *order.WrongState
	if got := s.step(order.Pay, unpaid[0]); !errors.As(got.Err, &wrong) || wrong.Is != retail.Cancelled {
		t.Errorf("paid after expiry: %+v", got)
	}
	s.wantNoDrift()
}

// TestChannelsHaveTheirOwnTime to pay.
func TestChannelsHaveTheirOwnTime(t *testing.T) {
	s := live(t, 1, 1)
	s.receive(0, 0, 10)
	phone := s.unpaid(0, 0, 1)
	phone.Channel = retail.Phone
	s.placed(phone)
	s.placed(s.unpaid(0, 0, 2)) // mini-program
	own := func(c *overdue.Config) {
		c.PayWithin = overdue.PayWithin{Default: time.Hour,
			Channels: map[retail.Channel]time.Duration{retail.Phone: -1}}
	}
	s.sweep(30*time.Minute, own)
	s.wantLevel(0, 0, 10, 3)
	s.sweep(1000*time.Hour, own)
	s.wantLevel(0, 0, 10, 1)
}

// TestExpiryRacesWithPayment on two instances: each order is either paid or gives its goods back.
func TestExpiryRacesWithPayment(t *testing.T) {
	s := live(t, 1, 1)
	other := openSecond(t, s)
	s.receive(0, 0, 1_000)
	var ids []retail.OrderID
	for range 60 {
		ids = append(ids, s.placed(s.unpaid(0, 0, 1)).ID)
	}
	var group sync.WaitGroup
	for _, one := range []*order.Writers{s.Writers, other} {
		group.Go(func() {
			for range 5 {
				_, err := overdue.Sweep(t.Context(), overdue.Config{Orders: s.db.Overdue(), Intake: one,
					MaxBatch: 9, Now: func() time.Time { return time.Now().Add(time.Hour) }})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	var paid int32
	for _, id := range ids {
		r := other.Advance(t.Context(), []order.Step{{Kind: order.Pay, Order: id, PaymentMethod: "wechat"}})
		if r[0].Err == nil {
			paid++
		}
	}
	group.Wait()
	s.wantLevel(0, 0, 1_000, paid)
	s.wantNoDrift()
	events := ask[int](t, s.dsn, "SELECT count(*) FROM order_step WHERE step = 5")
	if events != len(ids)-int(paid) {
		t.Errorf("%d cancelled, %d paid of %d", events, paid, len(ids))
	}
}

// openSecond opens another instance on the same database.
func openSecond(t testing.TB, s *shop) *order.Writers {
	t.Helper()
	w := order.Open(order.Config{Book: s.db.Orders(), Catalogue: s.dir})
	t.Cleanup(w.Close)
	return w
}

// TestOneInstanceSweeps and the next takes over when it is gone.
func TestOneInstanceSweeps(t *testing.T) {
	s := live(t, 1, 1)
	s.receive(0, 0, 10)
	s.placed(s.unpaid(0, 0, 1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	release, ok, err := s.db.Overdue().Sole(ctx)
	if err != nil || !ok {
		t.Fatalf("not alone: %v %v", ok, err)
	}
	if done := s.sweep(time.Hour); done != (overdue.Done{}) {
		t.Errorf("two at work: %+v", done)
	}
	release()
	if done := s.sweep(time.Hour); done.Expired != 1 {
		t.Errorf("nobody took over: %+v", done)
	}
}

// TestStoresAreReminded once, then the router is asked; late orders are flagged once.
func TestStoresAreReminded(t *testing.T) {
	s := live(t, 1, 1)
	s.receive(0, 0, 10)
	waits := s.placed(s.ordered(retail.SameCity, 0, 0, 1)).ID
	leaves := s.placed(s.ordered(retail.SameCity, 0, 0, 1)).ID
	s.step(order.Pay, waits)
	s.step(order.Pay, leaves)
	s.step(order.Deliver, leaves)
	router := &rerouted{}
	routed := func(c *overdue.Config) { c.Router, c.RerouteAfter = router, time.Hour }
	f := func(after time.Duration, want overdue.Done) {
		t.Helper()
		if done := s.sweep(after, routed); done != want {
			t.Errorf("after %s: %+v, want %+v", after, done, want)
		}
	}
	f(29*time.Minute, overdue.Done{})
	f(31*time.Minute, overdue.Done{Reminded: 1})
	f(59*time.Minute, overdue.Done{})
	f(61*time.Minute, overdue.Done{Rerouted: 1}) // the reminder bears the time of the real clock
	f(4*time.Hour, overdue.Done{Rerouted: 1, Late: 1})
	f(5*time.Hour, overdue.Done{Rerouted: 1})
	if len(router.ids) != 3 || router.ids[0] != waits {
		t.Errorf("rerouted %v, want %d", router.ids, waits)
	}
	s.step(order.Pick, waits)
	f(5*time.Hour, overdue.Done{})
	s.wantNoDrift()
}

type rerouted struct{ ids []retail.OrderID }

func (r *rerouted) Reroute(_ context.Context, id retail.OrderID, _ string) error {
	r.ids = append(r.ids, id)
	return nil
}
