package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// toCarry places orders within the city that are set aside and have an address.
func (s *shop) toCarry(n int) (ids []retail.OrderID) {
	s.t.Helper()
	s.receive(0, 0, n)
	for range n {
		r := s.sale(0, 0, 1)
		r.Channel, r.Fulfilment = retail.MiniProgram, retail.SameCity
		id := s.placed(r).ID
		s.step(order.MakeReady, id)
		err := s.db.Routing().Keep(s.t.Context(), id, s.stores[0], dispatch.Sealed{OwnerKind: 2, Owner: -1,
			Delivery: []byte("sealed")})
		if err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// TestErrandsAreGivenOnce however many instances look, and each piece of news counts once, in whatever order
// and however often it comes.
func TestErrandsAreGivenOnce(t *testing.T) {
	const orders, instances, seed = 30, 3, 7
	s := live(t, 1, 1)
	ids := s.toCarry(orders)
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('errands', 'pgoutput')::text")
	books := make([]*postgres.Couriers, instances)
	for i := range books {
		db, err := postgres.Open(t.Context(), postgres.Config{DSN: s.dsn})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		books[i] = db.Couriers()
	}
	var mu sync.Mutex
	given := map[retail.OrderID]courier.Due{}
	var group sync.WaitGroup
	for _, b := range books {
		group.Go(func() {
			for range 5 {
				if _, err := b.Plan(t.Context(), "rider", time.Hour, 5, 10); err != nil {
					t.Error(err)
				}
				due, err := b.Due(t.Context(), time.Hour, time.Hour, 10)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, d := range due {
					if _, twice := given[d.Order]; twice || d.State != courier.Asked ||
						d.OrderState != retail.Ready || d.Tries != 1 {
						t.Errorf("given again: %+v", d)
					}
					given[d.Order] = d
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(given) != orders {
		t.Fatalf("%d of %d orders were given to a courier", len(given), orders)
	}
	for i, b := range books {
		group.Go(func() { tellAll(t, b, given, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	group.Wait()
	told := map[int64][]event.CourierState{}
	for _, m := range facts(t, s.dsn, "errands") {
		if e, ok := m.(*event.OrderCourier); ok {
			told[e.OrderId] = append(told[e.OrderId], e.State)
			if e.Provider != "rider" || e.StoreId != int32(s.stores[0]) || e.At.GetUnixUs() == 0 ||
				e.Fulfilment != event.Fulfilment_FULFILMENT_SAME_CITY {
				t.Errorf("got %v", e)
			}
		}
	}
	for _, id := range ids {
		states := told[int64(id)]
		if len(states) < 2 || states[0] != event.CourierState_COURIER_STATE_ASKED {
			t.Errorf("order %d is told as %v", id, states)
		}
		for i := 1; i < len(states); i++ {
			if states[i] <= states[i-1] || states[i-1] >= event.CourierState_COURIER_STATE_DELIVERED {
				t.Errorf("order %d goes back: %v (seed %d)", id, states, seed)
			}
		}
		jobs, err := books[0].Jobs(t.Context(), retail.HQScope(), id)
		if err != nil || len(jobs) != 1 || event.CourierState(jobs[0].State) != states[len(states)-1] {
			t.Errorf("order %d: %+v, %v, told %v", id, jobs, err, states)
		}
	}
}

// tellAll sends news of all kinds about all jobs, in an order of its own.
func tellAll(t *testing.T, b *postgres.Couriers, given map[retail.OrderID]courier.Due, r *rand.Rand) {
	type news struct {
		job   int64
		state courier.State
	}
	var all []news
	for _, d := range given {
		for state := courier.Booked; state <= courier.Failed; state++ {
			if state < courier.Cancelled || r.IntN(3) == 0 {
				all = append(all, news{d.ID, state})
			}
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, n := range all {
		c := courier.Change{State: n.state, Task: "X", Fee: 800, At: time.Now(),
			Nonce: fmt.Sprint(r.Uint64())}
		job, _, err := b.Change(t.Context(), n.job, c)
		if err != nil || job.State < min(n.state, courier.Delivered) {
			t.Errorf("%+v becomes %+v, %v", n, job, err)
		}
		if _, again, err := b.Change(t.Context(), n.job, c); err != nil || again {
			t.Errorf("%+v counts twice, %v", n, err)
		}
	}
}

// TestNoncesAreTakenOnce and forgotten in time.
func TestNoncesAreTakenOnce(t *testing.T) {
	s := live(t, 1, 1)
	s.toCarry(1)
	b := s.db.Couriers()
	if _, err := b.Plan(t.Context(), "rider", 0, 1, 1); err != nil {
		t.Fatal(err)
	}
	due, err := b.Due(t.Context(), 0, 0, 1)
	if err != nil || len(due) != 1 {
		t.Fatalf("got %+v, %v", due, err)
	}
	f := func(state courier.State, nonce string, want bool) {
		t.Helper()
		_, changed, err := b.Change(t.Context(), due[0].ID, courier.Change{State: state, At: time.Now(),
			Nonce: nonce})
		if err != nil || changed != want {
			t.Errorf("%s by %s: %t, %v", state, nonce, changed, err)
		}
	}
	f(courier.Booked, "one", true)
	f(courier.Assigned, "one", false)
	f(courier.Assigned, "two", true)
	if err := b.Forget(t.Context(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	f(courier.PickedUp, "two", false)
	if err := b.Forget(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	f(courier.PickedUp, "two", true)
}
