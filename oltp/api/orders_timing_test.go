package api_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// shelves is a house with many stores and SKUs, all well stocked, and its codes.
func shelves(b *testing.B, stores, skus int, change ...func(*api.Config)) (h *house, shops, goods []string) {
	b.Helper()
	h = build(b, change...)
	var s []wire.Store
	for i := range stores {
		shops = append(shops, fmt.Sprint("S", i))
		s = append(s, wire.Store{Code: shops[i], Region: "east"})
	}
	merged(b, "stores")(h.hq.PutStores(b.Context(), s))
	var p []wire.Product
	var m []wire.StockMove
	for i := range skus {
		goods = append(goods, fmt.Sprint("K", i))
		p = append(p, wire.Product{Code: goods[i], Category: "dairy", Price: 990, Cost: 500})
		for _, shop := range shops {
			m = append(m, wire.StockMove{Key: shop + goods[i], Store: shop, SKU: goods[i],
				Kind: "receive", Qty: 10_000_000})
		}
	}
	merged(b, "products")(h.hq.PutProducts(b.Context(), p))
	if _, err := h.hq.MoveStock(b.Context(), m); err != nil {
		b.Fatal(err)
	}
	return h, shops, goods
}

func anOrder(n int, shops, goods []string) wire.Order {
	o := wire.Order{Store: shops[n%len(shops)], Paid: true, PaymentMethod: "wechat"}
	for i := range 2 + n%2 { // 2.5 lines on average
		o.Lines = append(o.Lines, wire.OrderLine{SKU: goods[(n*7+i*31)%len(goods)], Qty: 1})
	}
	return o
}

// BenchmarkPlaceOrder sends one order a request over many connections.
func BenchmarkPlaceOrder(b *testing.B) {
	h, shops, goods := shelves(b, 50, 200)
	const clients = 128
	c := *h.hq
	c.HTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
				o := anOrder(n, shops, goods)
				if _, err := c.PlaceOrder(b.Context(), fmt.Sprint("k", n), &o); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// BenchmarkPlaceOrders sends a hundred orders a request.
func BenchmarkPlaceOrders(b *testing.B) {
	h, shops, goods := shelves(b, 50, 200)
	const clients, rows = 16, 100
	var next atomic.Int64
	var wg sync.WaitGroup
	begin := time.Now()
	b.ReportAllocs()
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			c := client.Client{BaseURL: h.URL, Token: h.hq.Token, HTTP: &http.Client{}, Attempts: 1}
			for n := int(next.Add(1)); n <= b.N; n = int(next.Add(1)) {
				bulk := make([]wire.OrderRow, rows)
				for i := range bulk {
					bulk[i] = wire.OrderRow{Key: fmt.Sprint(begin.UnixNano(), "-", n, "-", i),
						Order: anOrder(n*rows+i, shops, goods)}
				}
				answers, err := c.PlaceOrders(b.Context(), bulk)
				if err != nil || answers[0].Problem != nil {
					b.Error(err, answers)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "orders/s")
}

// instant answers at once, so that only the API's own work is measured.
type instant struct{ order.Intake }

// Place accepts everything.
func (instant) Place(_ context.Context, r []order.Request) []order.Result {
	out := make([]order.Result, len(r))
	for i := range out {
		out[i] = order.Result{ID: 4711, State: retail.Completed, Gross: 2500, Net: 2500}
	}
	return out
}

// BenchmarkHandler measures what one order costs between the socket and the intake.
func BenchmarkHandler(b *testing.B) {
	var a *api.API
	h, shops, goods := shelves(b, 50, 200, func(c *api.Config) {
		fast := *c
		fast.Intake = instant{c.Intake}
		fast.Metrics = prometheus.NewRegistry()
		fast.Limits.RowsPerSecond, fast.Limits.Burst = 1e12, 1e12
		a = api.New(fast)
	})
	run := func(name, path string, orders int, body []byte) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("POST", path, bytes.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+h.hq.Token)
				r.Header.Set("Idempotency-Key", "k")
				w := httptest.NewRecorder()
				if a.ServeHTTP(w, r); w.Code >= 300 {
					b.Fatal(w.Body)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*orders), "ns/order")
		})
	}
	one := anOrder(1, shops, goods)
	run("one", "/v1/orders", 1, one.AppendJSON(nil))
	bulk := wire.Orders{}
	for i := range 100 {
		bulk.Orders = append(bulk.Orders, wire.OrderRow{Key: fmt.Sprint("k", i),
			Order: anOrder(i, shops, goods)})
	}
	run("hundred", "/v1/orders/bulk", 100, bulk.AppendJSON(nil))
}
