package bench

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres/rowwise"
	"github.com/tillstream/tillstream/oltp/wire"
)

// The crowds of the order benches: enough callers to fill batches, not more.
const (
	inProcessCallers = 48
	inProcessBulk    = 8
	rivalSessions    = 32
	httpCallers      = 256
	httpBulkCallers  = 12
	httpBulk         = 100
	loneOrders       = 200
)

// orders measures how fast durable orders are accepted, by the intake within this process, by the order
// service over HTTP, and by the usual method of one row at a time.
func (r *run) orders(ctx context.Context) error {
	if err := r.stock(ctx); err != nil {
		return err
	}
	if err := r.lone(ctx); err != nil {
		return err
	}
	// These figures are about the order service, PostgreSQL and what reads the slot. Kafka and what comes
	// after it would share the cores here and have machines of their own elsewhere; the bench pipeline
	// measures all of it together.
	resume, err := r.pause("stream", "serve", "clickhouse", "ingest", "kafka")
	if err != nil {
		return err
	}
	defer resume()
	end, err := r.readSlot(ctx)
	if err != nil {
		return err
	}
	for _, do := range []func(context.Context) error{r.inProcess, r.rls, r.overHTTP} {
		if err := do(ctx); err != nil {
			return errors.Join(err, end())
		}
	}
	if err := end(); err != nil {
		return err
	}
	peak, err := r.peakOf("oltp")
	if err != nil {
		return err
	}
	r.put("orders_rss_mb", peak, "MB")
	return nil
}

// pause stops processes of the chain where they are until resume is called.
func (r *run) pause(names ...string) (resume func(), err error) {
	pids := r.chain.Addresses().Processes
	resume = func() {
		for _, name := range names {
			_ = syscall.Kill(pids[name], syscall.SIGCONT)
		}
	}
	for _, name := range names {
		if err := syscall.Kill(pids[name], syscall.SIGSTOP); err != nil {
			resume()
			return nil, fmt.Errorf("cannot pause %s: %w", name, err)
		}
	}
	return resume, nil
}

// restart ends a role of the chain and waits until its successor is ready and has learnt what it wants.
func (r *run) restart(ctx context.Context, name string) error {
	r.step("orders: restarting %s", name)
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, errors.New("it does not come back"))
	defer cancel()
	before := r.chain.Addresses().Processes[name]
	if err := syscall.Kill(before, syscall.SIGTERM); err != nil {
		return fmt.Errorf("cannot restart %s: %w", name, err)
	}
	for {
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return fmt.Errorf("cannot restart %s: %w", name, context.Cause(ctx))
		}
		if pid := r.chain.Addresses().Processes[name]; pid != before && pid != 0 {
			return wait(ctx, 5*time.Second)
		}
	}
}

// lone places one order at a time on an idle system.
func (r *run) lone(ctx context.Context) error {
	r.step("orders: %d lone orders over HTTP", loneOrders)
	t, err := dial(ctx, r.at.Orders, r.token)
	if err != nil {
		return err
	}
	defer t.close()
	b := r.goods.draw(1, false)
	var took samples
	for i := range loneOrders + loneOrders/10 {
		o := b.body()
		start := time.Now()
		if err := t.one(o); err != nil {
			return err
		}
		if i >= loneOrders/10 { // the first ones warm up
			took = append(took, time.Since(start))
		}
		if err := wait(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	r.put("order_lone_p50_ms", took.ms(0.50), "ms")
	r.put("order_lone_p99_ms", took.ms(0.99), "ms")
	return nil
}

// inProcess compares the intake with the rival, spread over the shelves and on one of them.
func (r *run) inProcess(ctx context.Context) error {
	intake, end, err := r.intake(ctx)
	if err != nil {
		return err
	}
	defer end()
	rival, err := rowwise.Open(ctx, r.at.Postgres, rivalSessions)
	if err != nil {
		return err
	}
	defer rival.Close()

	r.step("orders: in-process, spread over %d shelves, for %s", storeCount*skuCount, r.Duration)
	spread, err := r.intakeCrowd(intake, false).drive(ctx, r.share(0.1), r.Duration)
	if err != nil {
		return err
	}
	r.step("orders: row at a time, spread, for %s", r.share(0.33))
	slow, err := r.rivalCrowd(rival, false).drive(ctx, r.share(0.07), r.share(0.33))
	if err != nil {
		return err
	}
	r.put("orders_inprocess_per_s", spread.perS, "orders/s", slow.perS)
	r.put("orders_accept_p50_ms", spread.took.ms(0.50), "ms", slow.took.ms(0.50))
	r.put("orders_accept_p99_ms", spread.took.ms(0.99), "ms", slow.took.ms(0.99))
	r.put("orders_rowwise_ratio", spread.perS/slow.perS, "x")

	r.step("orders: one hot SKU, both ways, for %s each", r.share(0.33))
	hot, err := r.intakeCrowd(intake, true).drive(ctx, r.share(0.07), r.share(0.33))
	if err != nil {
		return err
	}
	if slow, err = r.rivalCrowd(rival, true).drive(ctx, r.share(0.07), r.share(0.33)); err != nil {
		return err
	}
	r.put("orders_hot_per_s", hot.perS, "orders/s", slow.perS)
	r.put("orders_hot_ratio", hot.perS/slow.perS, "x")
	return nil
}

func (r *run) intakeCrowd(intake order.Intake, hot bool) crowd {
	return crowd{inProcessCallers, inProcessBulk, func(ctx context.Context, caller int) (func() error,
		func(), error) {
		b := r.goods.draw(uint64(caller), hot)
		requests := make([]order.Request, inProcessBulk)
		return func() error {
			for i := range requests {
				requests[i] = b.request()
			}
			for _, result := range intake.Place(ctx, requests) {
				if result.Err != nil {
					return fmt.Errorf("cannot place an order: %w", result.Err)
				}
			}
			return nil
		}, func() {}, nil
	}}
}

func (r *run) rivalCrowd(rival *rowwise.Shop, hot bool) crowd {
	return crowd{rivalSessions, 1, func(ctx context.Context, caller int) (func() error, func(), error) {
		b := r.goods.draw(uint64(caller), hot)
		return func() error { return rival.Place(ctx, b.request()) }, func() {}, nil
	}}
}

// overHTTP measures the order service itself.
func (r *run) overHTTP(ctx context.Context) error {
	// The service has known other levels than those that the intake within this process has left.
	if err := r.restart(ctx, "oltp"); err != nil {
		return err
	}
	r.step("orders: over HTTP, one a request, for %s", r.share(0.5))
	one := crowd{httpCallers, 1, func(ctx context.Context, caller int) (func() error, func(), error) {
		t, err := dial(ctx, r.at.Orders, r.token)
		if err != nil {
			return nil, nil, err
		}
		b := r.goods.draw(uint64(caller), false)
		return func() error { return t.one(b.body()) }, t.close, nil
	}}
	reached, err := one.drive(ctx, r.share(0.1), r.share(0.5))
	if err != nil {
		return err
	}
	r.put("orders_http_per_s", reached.perS, "orders/s")
	r.put("orders_http_p99_ms", reached.took.ms(0.99), "ms")

	r.step("orders: over HTTP, %d a request, for %s", httpBulk, r.share(0.5))
	many := crowd{httpBulkCallers, httpBulk, func(ctx context.Context, caller int) (func() error, func(),
		error) {
		t, err := dial(ctx, r.at.Orders, r.token)
		if err != nil {
			return nil, nil, err
		}
		b, rows := r.goods.draw(uint64(caller), false), make([]wire.OrderRow, httpBulk)
		return func() error { return t.bulk(b.fill(rows)) }, t.close, nil
	}}
	if reached, err = many.drive(ctx, r.share(0.1), r.share(0.5)); err != nil {
		return err
	}
	r.put("orders_http_bulk_per_s", reached.perS, "orders/s")
	r.put("orders_http_bulk_p99_ms", reached.took.ms(0.99), "ms")
	return nil
}

// fill draws an order into every row.
func (b *basket) fill(rows []wire.OrderRow) []wire.OrderRow {
	for i := range rows {
		rows[i].Order = b.body()
	}
	return rows
}

// wait pauses, or returns ctx's error.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
